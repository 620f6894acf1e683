"""Amazon's report joined to the input rows: which rows an issue concerns, and how many rows came through. Pure.

Amazon counts messages; a caller counts rows. Several rows can be one message and one row several, so rows are counted
by what happened to the messages that say them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sellerport.amazon.feeds import Issue, Report

Summary = dict[str, int]
Json = dict[str, Any]
COUNTS = ("processed", "successful", "withError", "withWarning")


def joined(report: Report, rows: Sequence[tuple[int, ...]] | None) -> Json:
    """The report with its issues at their rows and its summary in rows; in messages where nobody knows the rows."""
    issues = [issue_json(issue, _rows_of(issue, rows)) for issue in report.issues]
    if rows is None:
        counts = (report.processed, report.successful, report.with_error, report.with_warning)
        return {"summary": dict(zip(COUNTS, counts, strict=True)), "issues": issues}
    return {"summary": _summary(report, rows, issues), "issues": issues}


def issue_json(issue: Issue, rows: tuple[int, ...] | None) -> Json:
    """An issue as answers have it."""
    said: Json = {} if not rows else {"row": rows[0], "rows": list(rows)}
    if issue.message_id is not None:
        said["messageId"] = int(issue.message_id) if issue.message_id.isdigit() else issue.message_id
    if issue.sku is not None:
        said["sku"] = issue.sku
    if issue.amazon_order_id is not None:
        said["amazonOrderId"] = issue.amazon_order_id
    return said | {"code": issue.code, "severity": issue.severity, "message": issue.message}


def _rows_of(issue: Issue, rows: Sequence[tuple[int, ...]] | None) -> tuple[int, ...] | None:
    number = _number(issue.message_id)
    if rows is None or not 1 <= number <= len(rows):
        return None
    return tuple(sorted(rows[number - 1]))


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


def _summary(report: Report, rows: Sequence[tuple[int, ...]], issues: Iterable[Json]) -> Summary:
    """Counted in rows. A message that Amazon never reached, or that an issue of the whole feed kept back, failed."""
    wrong, warned, whole = set[int](), set[int](), False
    for issue in issues:
        if issue["severity"] == "ERROR":
            wrong |= set(issue.get("rows", ()))
            whole = whole or "row" not in issue
        elif issue["severity"] == "WARNING":
            warned |= set(issue.get("rows", ()))
    reached = {row for message in rows[: report.processed] for row in message}
    unreached = {row for message in rows[report.processed :] for row in message}
    wrong |= unreached if whole else set()
    successful = len(reached - wrong)
    if whole or not report.successful:
        successful = min(successful, _successful(report, rows))
        wrong |= (reached | unreached) if whole and not successful else set()
    return dict(zip(COUNTS, (len(reached), successful, len(wrong), len(warned)), strict=True))


def _successful(report: Report, rows: Sequence[tuple[int, ...]]) -> int:
    """How many rows Amazon's count of successful messages can be at most."""
    return report.successful if all(len(message) == 1 for message in rows) or not report.successful else len(rows)


def added(parts: Iterable[Mapping[str, int]]) -> Summary:
    """The counts of several reports together."""
    total = dict.fromkeys(COUNTS, 0)
    for part in parts:
        for name in COUNTS:
            total[name] += part[name]
    return total
