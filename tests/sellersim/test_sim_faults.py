"""The account of ordered misbehaviour."""

import pytest

from sellersim.faults import PROCESSING, Faults


def test_a_fault_is_owed_until_it_has_happened_so_many_times() -> None:
    faults = Faults()
    faults.order("ListOrders", "throttle", count=2)
    faults.take("ListOrders")
    assert faults.owed() == [{"operation": "ListOrders", "kind": "throttle", "count": 1}]
    faults.take("ListOrders")
    assert faults.owed() == []


def test_a_fault_of_another_operation_is_left_alone() -> None:
    faults = Faults()
    faults.order("ListOrders", "throttle")
    assert faults.take("GetOrder") is None
    assert len(faults.owed()) == 1


def test_a_star_meets_any_operation() -> None:
    faults = Faults()
    faults.order("*", "500")
    fault = faults.take("getOrder")
    assert fault is not None
    assert fault.kind == "500"


def test_skipped_requests_pass_before_the_fault() -> None:
    faults = Faults()
    faults.order("ListOrders", "503", skip=2)
    assert [faults.take("ListOrders") is None for _ in range(4)] == [True, True, False, True]


def test_the_oldest_order_comes_first() -> None:
    faults = Faults()
    faults.order("*", "503")
    faults.order("*", "500")
    taken = [faults.take("x"), faults.take("x")]
    assert [fault.kind for fault in taken if fault] == ["503", "500"]


def test_processing_faults_wait_for_whoever_processes() -> None:
    faults = Faults()
    faults.order("processing", "fatal")
    assert faults.take("processing") is None
    assert faults.take("processing", PROCESSING) is not None


def test_an_unknown_kind_is_refused_by_its_name() -> None:
    with pytest.raises(ValueError, match="'sulk'"):
        Faults().order("*", "sulk")


def test_options_come_with_the_fault() -> None:
    faults = Faults()
    faults.order("*", "slow", seconds=3)
    fault = faults.take("x")
    assert fault is not None
    assert fault.seconds(1) == 3
