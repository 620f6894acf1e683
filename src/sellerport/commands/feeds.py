"""`sellerport feeds` and `sellerport feeds show ID`: what this installation submitted, and what came of its rows."""

import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from sellerport.amazon.clock import SystemClock
from sellerport.amazon.submission.entries import Entry, Part, Scope
from sellerport.amazon.submission.journal import Journal
from sellerport.errors import InputError
from sellerport.store import Store

Line = tuple[str, ...]
HEAD: Line = ("ID", "TYPE", "ROWS", "STATE", "AGE", "ERRORS", "FUNCTION")
MOST = 1_000  # submissions by single calls among which one is looked for
RIGHT = {"ROWS", "AGE", "ERRORS"}


def feeds(env: Mapping[str, str]) -> Mapping[str, Callable[..., Any]]:
    """The words of the command, on the store that the environment names."""

    async def latest(*, most: int = 50) -> None:
        """List what was submitted: id, type, rows, state, age, errors; the latest last.

        Parameters
        ----------
        most
            How many submissions to list.
        """
        async with _journal(env) as journal:
            entries = await journal.latest(most)
        sys.stdout.write(table([HEAD, *(line for entry in reversed(entries) for line in lines(entry, time.time()))]))

    async def show(number: str, /) -> None:
        """Show one submission and its issues, each with the rows of the message that it concerns.

        Parameters
        ----------
        number
            The submission id, as `sellerport feeds` lists it.
        """
        async with _journal(env) as journal:
            entries = await journal.become(number)
            entries = entries or [entry for entry in await journal.calls(MOST) if number in called(entry)]
        if not entries:
            raise InputError(f"ID: Expected a submission that this store knows, got {number!r}")
        for entry in entries:
            sys.stdout.write(told(entry, time.time()))

    return {"": latest, "show": show}


@asynccontextmanager
async def _journal(env: Mapping[str, str]) -> AsyncIterator[Journal]:
    async with Store.open(env.get("SELLERPORT_STORE") or "memory:") as store:
        yield Journal(store, Scope("", "", ""), SystemClock())


def lines(entry: Entry, now: float) -> Iterator[Line]:
    """A line for each feed of the submission; one without an id where it has none yet."""
    left_out, old = len({issue["row"] for issue in entry.intent.get("left_out", [])}), age(now - entry.made)
    if not entry.parts:
        wrong = entry.intent["answer"]["summary"]["withError"] if "answer" in entry.intent else left_out
        number = next(iter(called(entry)), "-")
        yield (number, entry.feed_type, str(entry.rows), state(entry, None), old, str(wrong), entry.function)
    for part in entry.parts:
        out = 0 if part.number else left_out
        rows = len({row for message in part.rows for row in message}) + out
        told = "-" if part.report is None else str(part.report.summary["withError"] + out)
        yield (part.feed or "-", entry.feed_type, str(rows), state(entry, part), old, told, entry.function)


def called(entry: Entry) -> list[str]:
    """The submission ids that single calls were given."""
    calls = entry.intent.get("answer", {}).get("submissions", ())
    return [call["submissionId"] for call in calls if "submissionId" in call]


def state(entry: Entry, part: Part | None) -> str:
    """How far a feed has come: Amazon's status once it is submitted."""
    if part is not None and part.feed:
        return f"{part.status} (presumed)" if part.presumed else str(part.status)
    if entry.error is not None:
        return "refused"
    if part is None:
        return "unfinished" if entry.finished is None else "DONE"
    return {"planned": "unsubmitted", "open": "unsettled", "unclear": "unclear"}.get(part.state, part.state)


def age(seconds: float) -> str:
    """Seconds as people say them: `40s`, `5m`, `3h`, `12d`."""
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size:
            return f"{int(seconds // size)}{unit}"
    return f"{max(0, int(seconds))}s"


def table(rows: Sequence[Line]) -> str:
    """The rows under their heads; numbers to the right."""
    widths = [max(len(row[n]) for row in rows) for n in range(len(HEAD))]

    def cell(n: int, text: str) -> str:
        return text.rjust(widths[n]) if HEAD[n] in RIGHT else text.ljust(widths[n])

    return "".join("  ".join(cell(n, text) for n, text in enumerate(row)).rstrip() + "\n" for row in rows)


def told(entry: Entry, now: float) -> str:
    """The submission's lines, then each issue: rows, SKU or order, severity, code, message."""
    issues = list(entry.intent["answer"]["issues"] if "answer" in entry.intent else entry.intent.get("left_out", []))
    for part in entry.parts:
        if part.report is not None:
            issues += msgspec.json.decode(b"[" + part.report.issues() + b"]")
    said = [table([HEAD, *lines(entry, now)])]
    if entry.error is not None:
        said.append(f"{entry.error['kind']}: {entry.error['code']} {entry.error['message']}".rstrip() + "\n")
    said += [f"{_place(issue)}  {issue['severity']} {issue['code']}  {issue['message']}\n" for issue in issues]
    return "".join(said)


def _place(issue: Mapping[str, Any]) -> str:
    rows = ", ".join(map(str, issue.get("rows", ())))
    name = issue.get("sku") or issue.get("amazonOrderId") or ""
    return f"row {rows}: {name}".rstrip(": ") if rows else (name or "whole feed")
