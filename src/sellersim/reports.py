"""Processing reports in the three forms that Amazon sends: XML, JSON, and tab-separated text."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final
from xml.sax.saxutils import escape

import msgspec

from .processing.issues import ERROR, WARNING, Issue, Tally

#: What an issue is about -> its element in AdditionalInfo, in the schema's order.
ADDITIONAL: Final = {
    "sku": "SKU",
    "center": "FulfillmentCenterID",
    "order": "AmazonOrderID",
    "item": "AmazonOrderItemCode",
}
XML_TYPE: Final = "text/xml;charset={charset}"
JSON_TYPE: Final = "application/json;charset={charset}"
TAB_TYPE: Final = "text/tab-separated-values;charset={charset}"


def xml(
    tally: Tally,
    *,
    feed_id: str,
    seller: str,
    charset: str = "UTF-8",
    codec: str = "UTF-8",
) -> bytes:
    """A ProcessingReport as recorded ones look: DocumentVersion 1.02, one tab an indent.

    `charset` is the name that the document declares, `codec` what Python calls it.
    """
    lines = [
        f'<?xml version="1.0" encoding="{charset}"?>',
        '<AmazonEnvelope xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:noNamespaceSchemaLocation="amzn-envelope.xsd">',
        "\t<Header>",
        "\t\t<DocumentVersion>1.02</DocumentVersion>",
        f"\t\t<MerchantIdentifier>{escape(seller)}</MerchantIdentifier>",
        "\t</Header>",
        "\t<MessageType>ProcessingReport</MessageType>",
        "\t<Message>",
        "\t\t<MessageID>1</MessageID>",
        "\t\t<ProcessingReport>",
        f"\t\t\t<DocumentTransactionID>{feed_id}</DocumentTransactionID>",
        "\t\t\t<StatusCode>Complete</StatusCode>",
        "\t\t\t<ProcessingSummary>",
        f"\t\t\t\t<MessagesProcessed>{tally.processed}</MessagesProcessed>",
        f"\t\t\t\t<MessagesSuccessful>{tally.successful}</MessagesSuccessful>",
        f"\t\t\t\t<MessagesWithError>{tally.with_error}</MessagesWithError>",
        f"\t\t\t\t<MessagesWithWarning>{tally.with_warning}</MessagesWithWarning>",
        "\t\t\t</ProcessingSummary>",
        *(line for one in tally.issues for line in _result(one)),
        "\t\t</ProcessingReport>",
        "\t</Message>",
        "</AmazonEnvelope>",
        "",
    ]
    return "\n".join(lines).encode(codec, "xmlcharrefreplace")


def _result(one: Issue) -> Iterable[str]:
    yield "\t\t\t<Result>"
    yield f"\t\t\t\t<MessageID>{one.message_id}</MessageID>"
    yield f"\t\t\t\t<ResultCode>{'Error' if one.severity == ERROR else 'Warning'}</ResultCode>"
    yield f"\t\t\t\t<ResultMessageCode>{one.code}</ResultMessageCode>"
    yield f"\t\t\t\t<ResultDescription>{escape(one.message)}</ResultDescription>"
    told = [(element, one.about[name]) for name, element in ADDITIONAL.items() if one.about.get(name)]
    if told:
        yield "\t\t\t\t<AdditionalInfo>"
        for element, text in told:
            yield f"\t\t\t\t\t<{element}>{escape(text)}</{element}>"
        yield "\t\t\t\t</AdditionalInfo>"
    yield "\t\t\t</Result>"


def json(
    tally: Tally,
    *,
    feed_id: str,
    seller: str,
    charset: str = "UTF-8",
    codec: str = "UTF-8",
    asked: Mapping[str, Any] | None = None,
    items: list[Mapping[str, Any]] | None = None,
) -> bytes:
    """A report of a JSON listings feed, version 2.0. `asked` is the header's report part, `items` what it asked for."""
    counts = Counter(one.severity for one in tally.issues)
    report: dict[str, Any] = {
        "header": {"sellerId": seller, "version": "2.0", "feedId": feed_id, **({"report": asked} if asked else {})},
        "issues": [_json_issue(one) for one in tally.issues],
        "summary": {
            "errors": counts[ERROR],
            "warnings": counts[WARNING],
            "messagesProcessed": tally.processed,
            "messagesAccepted": tally.successful,
            "messagesInvalid": tally.processed - tally.successful,
        },
    }
    if items is not None:
        report["summary"]["itemSummary"] = {"items": len(items), "errors": counts[ERROR], "warnings": counts[WARNING]}
        report["items"] = items
    content = msgspec.json.encode(report)
    return content if charset == "UTF-8" else content.decode().encode(codec, "backslashreplace")


def _json_issue(one: Issue) -> dict[str, Any]:
    told: dict[str, Any] = {"code": one.code, "severity": one.severity, "message": one.message}
    if one.message_id:
        told = {"messageId": one.message_id, **told}
    if one.about.get("sku"):
        told["sku"] = one.about["sku"]
    if one.attributes:
        told["attributeName"] = one.attributes[0]
    return told


def tab_separated(tally: Tally) -> bytes:
    """The report of a flat file: two counts, then a row for each issue."""
    rows = [
        "Feed Processing Summary:",
        f"\tNumber of records processed\t\t{tally.processed}",
        f"\tNumber of records successful\t\t{tally.successful}",
        "",
        "original-record-number\tsku\terror-code\terror-type\terror-message",
    ]
    for one in tally.issues:
        kind = "Error" if one.severity == ERROR else "Warning"
        text = " ".join(one.message.split())
        rows.append(f"{one.message_id}\t{one.about.get('sku', '')}\t{one.code}\t{kind}\t{text}")
    return ("\r\n".join(rows) + "\r\n").encode()
