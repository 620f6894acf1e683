"""Reports are read by what they are: XML, JSON or a table, packed or not, in the encoding that they are in."""

import gzip
import json
from collections.abc import Sequence
from typing import NamedTuple

import jsonschema_rs
import pytest

from sellerport.amazon.feeds import Issue
from sellerport.amazon.submission.joining import Joined, Joining, added, with_issues
from sellerport.amazon.submission.reports import Counts, document, read, unpacked
from sellerport.errors import Rejected
from support import VECTORS

REPORTS = VECTORS / "reports"
XML, JSON, FLAT = ((REPORTS / name).read_bytes() for name in ("errors.xml", "listings.json", "flat-file.txt"))
ROWS = ((0,), (1,), (2, 3), (4,))
WORDS = "This SKU is not in the catalogue: Größe & Farbe."


class Report(NamedTuple):
    """A report, whole."""

    processed: int
    successful: int
    with_error: int
    with_warning: int
    issues: tuple[Issue, ...]


def report(body: bytes, content_type: str = "") -> Report:
    found: list[Issue] = []
    return Report(*read(body, content_type, found.append)[:4], issues=tuple(found))


def joined(said: Report, rows: Sequence[tuple[int, ...]] | None) -> Joined:
    joining = Joining(rows)
    for issue in said.issues:
        joining.add(issue)
    return joining.done(Counts(*said[:4]))


def test_a_recorded_success_has_its_counts_and_no_issues() -> None:
    assert report((REPORTS / "recorded-success.xml").read_bytes()) == Report(1, 1, 0, 0, ())


def test_an_xml_report_has_its_counts_and_issues() -> None:
    found = report(XML)
    assert (found.processed, found.successful, found.with_error, found.with_warning) == (4, 2, 2, 1)
    assert found.issues[0] == Issue("13013", "ERROR", WORDS, "2", sku="NO-SUCH")
    assert found.issues[1].severity == "WARNING"
    assert found.issues[2].amazon_order_id == "114-3808039-1650643"


def test_the_json_sample_is_of_amazons_schema() -> None:
    schema = json.loads((REPORTS / "listings-feed-processing-report-schema-v2.json").read_text())
    jsonschema_rs.validator_for(schema).validate(json.loads(JSON))


def test_a_json_report_has_its_counts_and_issues() -> None:
    found = report(JSON)
    assert (found.processed, found.successful, found.with_error, found.with_warning) == (4, 3, 1, 1)
    assert found.issues[0] == Issue("13013", "ERROR", WORDS, "2", sku="NO-SUCH")
    assert found.issues[2].message_id is None


def test_a_flat_file_report_has_its_counts_and_issues() -> None:
    found = report(FLAT)
    assert (found.processed, found.successful, found.with_error, found.with_warning) == (4, 2, 2, 1)
    assert found.issues[0] == Issue("13013", "ERROR", WORDS, "2", sku="NO-SUCH")
    assert [issue.severity for issue in found.issues] == ["ERROR", "WARNING", "ERROR"]


@pytest.mark.parametrize("body", [XML, JSON, FLAT], ids=["xml", "json", "flat"])
def test_packed_bytes_are_unpacked_whether_or_not_anybody_said_so(body: bytes) -> None:
    assert report(gzip.compress(body)) == report(body)


@pytest.mark.parametrize("body", [XML, JSON, FLAT], ids=["xml", "json", "flat"])
def test_a_wrong_content_type_is_no_hindrance(body: bytes) -> None:
    assert report(body, "application/octet-stream; charset=utf-8").issues[0].message == WORDS


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (FLAT.decode().encode("cp1252"), "text/plain; charset=windows-1252"),
        (FLAT.decode().encode("cp1252"), "text/plain"),
        (FLAT.decode().encode("utf-16"), "text/plain"),
        (b"\xef\xbb\xbf" + FLAT, "text/plain; charset=UTF-8"),
        (XML.decode().replace("UTF-8", "windows-1252", 1).encode("cp1252"), "text/xml"),
        (XML.decode().encode("cp1252"), "text/xml"),
        (XML.decode().partition("?>")[2].encode("cp1252"), "text/xml; charset=windows-1252"),
        (XML.decode().encode("utf-16"), "text/xml"),
        (JSON.decode().encode("cp1252"), "application/json; charset=iso-8859-1"),
        (b"\xef\xbb\xbf" + JSON, "application/json"),
    ],
)
def test_each_encoding_is_read(body: bytes, kind: str) -> None:
    assert report(body, kind).issues[0].message == WORDS


def test_a_japanese_report_is_read() -> None:
    body = FLAT.decode().replace("Größe & Farbe", "サイズ①").encode("cp932")
    assert "サイズ①" in report(body, "text/plain; charset=Windows-31J").issues[0].message


def test_a_japanese_xml_report_is_read() -> None:
    body = XML.decode().replace("UTF-8", "windows-31j", 1).replace("Größe & Farbe", "サイズ①")
    body = body.replace("Größe &amp; Farbe", "サイズ①")
    assert "サイズ①" in report(body.encode("cp932"), "text/xml").issues[0].message


def test_a_document_is_text_in_the_encoding_that_it_declares() -> None:
    body = XML.decode().replace("UTF-8", "windows-1252", 1).encode("cp1252")
    assert "Größe" in document(gzip.compress(body))


@pytest.mark.parametrize(
    "body",
    [b"", b"<html/>", b"<AmazonEnvelope", b"{}", b'{"summary": 3}', b"[1]", b"nothing to read",
     b'<!DOCTYPE a [<!ENTITY b "c">]><AmazonEnvelope><ProcessingReport/></AmazonEnvelope>'],
)  # fmt: skip
def test_what_is_no_report_is_rejected(body: bytes) -> None:
    with pytest.raises(Rejected):
        report(body)


def test_a_packed_report_that_is_cut_short_is_rejected() -> None:
    with pytest.raises(Rejected, match="incomplete"):
        unpacked(gzip.compress(XML)[:-20])


def issues(found: Report, rows: tuple[tuple[int, ...], ...] | None) -> list[dict[str, object]]:
    said = with_issues({}, [joined(found, rows)])
    assert isinstance(said, dict)
    return list(said["issues"])


def test_an_issue_names_all_rows_of_its_message() -> None:
    assert [issue.get("rows") for issue in issues(report(XML), ROWS)] == [[1], [2, 3], [4]]


def test_an_issue_of_a_feed_that_nobody_knows_names_no_row() -> None:
    assert [issue.get("row") for issue in issues(report(XML), None)] == [None, None, None]


def test_an_issue_of_the_whole_feed_names_no_row() -> None:
    assert "row" not in issues(report(JSON), ROWS)[2]


def test_the_summary_counts_rows() -> None:
    found = Report(4, 3, 1, 0, (Issue("1", "ERROR", "no", "3"),))
    assert joined(found, ROWS).summary == {"processed": 5, "successful": 3, "withError": 2, "withWarning": 0}


def test_several_messages_of_one_row_are_one_row() -> None:
    found = Report(3, 2, 1, 0, (Issue("1", "ERROR", "no", "2"),))
    rows = ((0,), (0,), (1,))
    assert joined(found, rows).summary == {"processed": 2, "successful": 1, "withError": 1, "withWarning": 0}


def test_a_feed_that_could_not_be_read_has_only_errors() -> None:
    found = Report(0, 0, 1, 0, (Issue("5000", "ERROR", "XML Parsing Error at Line 1, Column 1"),))
    assert joined(found, ROWS).summary == {"processed": 5, "successful": 0, "withError": 5, "withWarning": 0}


def test_a_warning_does_not_make_a_row_fail() -> None:
    found = Report(4, 4, 0, 1, (Issue("1", "WARNING", "hm", "2"),))
    assert joined(found, ROWS).summary == {"processed": 5, "successful": 5, "withError": 0, "withWarning": 1}


def test_counts_that_disagree_never_make_more_successes_than_amazon_says() -> None:
    found = Report(3, 0, 2, 0, (Issue("1", "ERROR", "no", "1"), Issue("1", "ERROR", "no", "2")))
    assert joined(found, ((0,), (1,), (2,))).summary["successful"] == 0


THREE = ((0,), (1,), (2,))
ONE_WRONG = (Issue("1", "ERROR", "no", "1"),)


@pytest.mark.parametrize(
    ("counts", "issues", "rows", "expected"),
    [
        (Counts(3, 1, 2, 0), (), THREE, (3, 1, 2)),  # two failures of which nothing is told
        (Counts(3, 1, 2, 0), ONE_WRONG, THREE, (3, 1, 2)),
        (Counts(3, 3, 0, 0), ONE_WRONG, THREE, (3, 2, 1)),  # a failure that is not counted
        (Counts(3, 2, 1, 0), (Issue("1", "ERROR", "no", "77"),), THREE, (3, 2, 1)),  # no message has that number
        (Counts(3, 2, 1, 0), ONE_WRONG, ROWS, (4, 3, 1)),  # several rows a message
        (Counts(2, 1, 1, 0), (), ((0, 1, 2), (3, 4, 5)), (6, 3, 3)),
        (Counts(3, 1, 2, 0), ONE_WRONG, ((0, 1, 2), (3, 4, 5), (6, 7, 8)), (9, 3, 6)),
        (Counts(2, 1, 1, 0), (Issue("1", "ERROR", "no", "3"),), THREE, (3, 1, 1)),  # a message beyond those processed
        (Counts(0, 0, 0, 0, known=False), ONE_WRONG, THREE, (3, 2, 1)),
        (Counts(0, 0, 0, 0, known=False), (), THREE, (3, 3, 0)),
        (Counts(0, 0, 0, 0, known=False), (Issue("1", "ERROR", "no"),), THREE, (3, 0, 3)),
    ],
)
def test_no_row_is_called_successful_that_amazon_does_not_call_so(
    counts: Counts, issues: tuple[Issue, ...], rows: tuple[tuple[int, ...], ...], expected: tuple[int, ...]
) -> None:
    joining = Joining(rows)
    for issue in issues:
        joining.add(issue)
    assert tuple(joining.done(counts).summary.values()) == (*expected, 0)


def test_a_report_without_a_summary_is_one_too() -> None:
    body = b"<ProcessingReport><StatusCode>Complete</StatusCode></ProcessingReport>"
    assert read(body, "", print) == Counts(0, 0, 0, 0, known=False)


def test_reports_are_added() -> None:
    parts = [joined(report(XML), ROWS).summary, joined(report(XML), ROWS).summary]
    assert added(parts)["processed"] == 2 * parts[0]["processed"]


def test_an_answer_with_many_issues_is_the_same_as_bytes() -> None:
    many = tuple(Issue("1", "ERROR", f"no {n}", str(n)) for n in range(1, 1502))
    found = joined(Report(1501, 0, 1501, 0, many), tuple((n,) for n in range(1501)))
    first = [{"row": 9, "code": "X", "severity": "ERROR", "message": "left out"}]
    said = with_issues({"a": 1}, [found, joined(Report(1, 1, 0, 0, ()), ((0,),)), found], first)
    assert not isinstance(said, dict)
    whole = json.loads(bytes(said))
    assert whole["a"] == 1
    assert [issue["message"] for issue in whole["issues"][:2]] == ["left out", "no 1"]
    assert len(whole["issues"]) == 2 * 1501 + 1
