"""A few hundred messages under fire; bench/sailor_chaos.py does the same with thousands."""

from sailor_chaos import chaos


def test_nothing_is_lost_and_no_process_works_twice_on_a_message(broker: str) -> None:
    report = chaos(broker, messages=400, workers=2, seed=1)
    assert report.lost == set(), report
    assert report.doubled == {}, report
    assert report.left == 0, report
    assert set(report.codes) == {0}, report
    assert report.closed > 0
