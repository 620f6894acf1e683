"""Amazon's report on a feed, read by what it is: XML, JSON or a table, packed or not, in whatever encoding it names. Pure.

Facts: ProcessingReport of the MWS schemas; listings-feed-processing-report-schema-v2; flat-file reports name their rows
by `original-record-number`. The gzip flag and the Content-Type are hints: the bytes decide.
"""

import codecs
import csv
import io
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

import msgspec
from lxml import etree

from sellerport.amazon.feeds import Issue
from sellerport.amazon.xml import Node, start, text
from sellerport.errors import Rejected

Severity = Literal["ERROR", "WARNING", "INFO"]
UNPACKED_LIMIT = 256 * 1024 * 1024


class Counts(NamedTuple):
    """How many messages Amazon counts. Not `known`: the report has no summary, which MWS's schema allows."""

    processed: int
    successful: int
    with_error: int
    with_warning: int
    known: bool = True


Told = Callable[[Issue], object]


def read(body: bytes, content_type: str, told: Told) -> Counts:
    """Tell each issue of the report and return its counts; Rejected where it cannot be read."""
    plain = unpacked(body)
    if plain.startswith((b"\xff\xfe", b"\xfe\xff")):
        plain = _undeclared(decoded(plain, content_type))
    head = plain.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if head == b"<":
        return _xml(_in_utf8(plain, content_type), told)
    if head in (b"{", b"["):
        return _json(plain, content_type, told)
    return _table(decoded(plain, content_type), told)


def unpacked(body: bytes) -> bytes:
    """The bytes without gzip, whether or not anybody said that they are packed."""
    if body[:2] != b"\x1f\x8b":
        return body
    unpacking = zlib.decompressobj(wbits=31)
    try:
        plain = unpacking.decompress(body, UNPACKED_LIMIT)
    except zlib.error as error:
        raise Rejected(f"the report is packed and cannot be unpacked: {error}") from None
    if not unpacking.eof:
        raise Rejected("the report is packed and incomplete, or larger than 256 MB")
    return plain


_CHARSET = re.compile(r"charset=[\"']?([\w.:-]+)", re.IGNORECASE)
_CODECS = {"windows-31j": "cp932", "shift_jis": "cp932", "iso-8859-1": "cp1252", "latin1": "cp1252"}


def decoded(body: bytes, content_type: str) -> str:
    """The text: by its byte order mark, else by the charset it came with, else UTF-8, else windows-1252."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace")
    named = _CHARSET.search(content_type)
    said = [_CODECS.get(named[1].lower(), named[1])] if named else []
    for codec in [*said, "utf-8-sig"]:
        try:
            return body.decode(codec).removeprefix("\ufeff")
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("cp1252", "replace")


_DECLARED = re.compile(rb"\s*<\?xml[^>]*?encoding=[\"']([\w.:-]+)[^>]*\?>")


def _in_utf8(body: bytes, content_type: str) -> bytes:
    """An XML document in UTF-8, whatever it is in; one that is in it already is not touched."""
    declared, named = _DECLARED.match(body.removeprefix(b"\xef\xbb\xbf")), _CHARSET.search(content_type)
    said = declared[1].decode() if declared else named[1] if named else "utf-8"
    if said.lower() in ("utf-8", "utf8", "us-ascii") and _is_utf8(body):
        return body
    return _undeclared(decoded(body, f"charset={said}"))


def _undeclared(text: str) -> bytes:
    """The text in UTF-8, without a declaration that says otherwise."""
    return re.sub(r"^\s*<\?xml.*?\?>", "", text, count=1, flags=re.DOTALL).encode()


def _is_utf8(body: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for place in range(0, len(body), 1 << 20):
            decoder.decode(body[place : place + (1 << 20)])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def document(body: bytes, content_type: str = "") -> str:
    """Amazon's document as text, for people."""
    plain = unpacked(body)
    declared = _DECLARED.match(plain.removeprefix(b"\xef\xbb\xbf"))
    return decoded(plain, f"charset={declared[1].decode()}" if declared else content_type)


def _xml(body: bytes, told: Told) -> Counts:
    """Read result by result, so that a long report is never a tree in memory."""
    counts, found, first = Counts(0, 0, 0, 0, known=False), False, True
    try:
        for _, node in etree.iterparse(io.BytesIO(body), events=("end",), resolve_entities=False, no_network=True,
                                       load_dtd=False, remove_comments=True, remove_pis=True):  # fmt: skip
            if first and node.getroottree().docinfo.doctype:
                raise Rejected(f"the report has a DOCTYPE, which Amazon's reports never have; it begins {start(body)}")
            first, name = False, _name(node)
            if name == "Result":
                told(_xml_issue(node))
                _forget(node)
            elif name == "ProcessingSummary":
                counts = Counts._make((*(_count(text(node, f"Messages{word}")) for word in _COUNTED), True))
            found = found or name == "ProcessingReport"
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Rejected(f"the report is not XML: {error}; it begins {start(body)}") from None
    if not found:
        raise Rejected(f"the report is XML but no processing report; it begins {start(body)}")
    return counts


_COUNTED = ("Processed", "Successful", "WithError", "WithWarning")


def _forget(node: Node) -> None:
    """Let go of a node that was read, and of all before it."""
    node.clear()
    parent = node.getparent()
    while parent is not None and node.getprevious() is not None:
        del parent[0]


def _xml_issue(node: Node) -> Issue:
    said = {_name(leaf): (leaf.text or "").strip() for leaf in node.iter() if not len(leaf)}
    number = said.get("MessageID", "")
    return Issue(
        code=said.get("ResultMessageCode", ""),
        severity=_severity(said.get("ResultCode")),
        message=said.get("ResultDescription", ""),
        message_id=number if number.strip("0") else None,
        sku=said.get("SKU") or None,
        amazon_order_id=said.get("AmazonOrderID") or None,
    )


def _name(node: Node) -> str:
    return str(node.tag).rpartition("}")[2]


def _severity(word: str | None) -> Severity:
    words: dict[str, Severity] = {"warning": "WARNING", "warn": "WARNING", "info": "INFO", "success": "INFO"}
    return words.get((word or "").strip().lower(), "ERROR")


def _count(value: Any) -> int:
    try:
        return max(0, int(str(value).strip()))
    except ValueError:
        return 0


class _JsonIssue(msgspec.Struct, rename="camel", gc=False):
    severity: str = ""
    message: str | None = None
    message_id: int | str | None = None
    sku: str | None = None
    code: str | int | None = None


class _JsonSummary(msgspec.Struct, rename="camel"):
    messages_processed: int
    messages_accepted: int = 0
    messages_invalid: int = 0


class _JsonReport(msgspec.Struct):
    summary: _JsonSummary
    issues: list[_JsonIssue] | None = None


def _json(body: bytes, content_type: str, told: Told) -> Counts:
    try:
        said = msgspec.json.decode(decoded(body, content_type), type=_JsonReport)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Rejected(f"the report is JSON but no processing report: {error}; it begins {start(body)}") from None
    warned = set[str | None]()
    for issue in map(_json_issue, said.issues or ()):
        warned |= {issue.message_id} if issue.severity == "WARNING" else set()
        told(issue)
    counts = said.summary
    return Counts(counts.messages_processed, counts.messages_accepted, counts.messages_invalid, len(warned))


def _json_issue(issue: _JsonIssue) -> Issue:
    return Issue(
        code="" if issue.code is None else str(issue.code),
        severity=_severity(issue.severity),
        message=issue.message or "",
        message_id=None if issue.message_id is None else str(issue.message_id),
        sku=issue.sku or None,
    )


def _table(body: str, told: Told) -> Counts:
    """A flat-file report: a summary in words, then a table of issues whose first line names the columns."""
    lines = [line for line in body.splitlines() if line.strip()]
    counts = {name: _counted(lines, word) for name, word in _WORDS.items()}
    place = next((n for n, line in enumerate(lines) if _heads_issues(line)), None)
    issues = tuple(_table_issues(lines[place:])) if place is not None else ()
    if counts["processed"] is None and place is None:
        raise Rejected(f"the report is neither XML nor JSON nor a table that can be read; it begins {body[:120]!r}")
    errors = len({issue.message_id for issue in issues if issue.severity == "ERROR"})
    warnings = len({issue.message_id for issue in issues if issue.severity == "WARNING"})
    processed = counts["processed"] or 0
    successful = counts["successful"] if counts["successful"] is not None else max(0, processed - errors)
    for issue in issues:
        told(issue)
    return Counts(processed, successful, errors, warnings)


def _heads_issues(line: str) -> bool:
    """Whether the line names the columns of a table of issues."""
    return line.count("\t") >= 2 and "error" in line.lower()


_WORDS = {"processed": "processed", "successful": "successful"}


def _counted(lines: list[str], word: str) -> int | None:
    for line in lines:
        if word in line.lower() and "number of records" in line.lower():
            numbers = re.findall(r"\d+", line.rpartition("\t")[2] or line)
            if numbers:
                return int(numbers[-1])
    return None


def _table_issues(lines: list[str]) -> Iterator[Issue]:
    for row in csv.DictReader(io.StringIO("\n".join(lines)), delimiter="\t", quoting=csv.QUOTE_NONE):
        facts = {(name or "").strip().lower(): (value or "").strip() for name, value in row.items() if name}
        number = _first(facts, lambda name: "record" in name)
        yield Issue(
            code=_first(facts, lambda name: "code" in name),
            severity=_severity(_first(facts, lambda name: "type" in name or name == "severity") or "error"),
            message=_first(facts, lambda name: "message" in name),
            message_id=number if number.strip("0") else None,
            sku=_first(facts, lambda name: "sku" in name) or None,
            amazon_order_id=_first(facts, lambda name: "order" in name) or None,
        )


def _first(facts: Mapping[str, str], wanted: Callable[[str], bool]) -> str:
    return next((value for name, value in facts.items() if wanted(name) and value), "")
