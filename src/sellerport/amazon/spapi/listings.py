"""Single listings over SP-API: searchListingsItems for what a SKU is, put, patch and delete for one SKU at a time.

Facts: Amazon's model `listingsItems_2021-08-01`. HTTP 200 says nothing about success: the status in the answer does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

import msgspec

from sellerport.amazon.feeds import Issue, ListingMessage
from sellerport.amazon.http import Answer
from sellerport.amazon.spapi.adapter import SpApi
from sellerport.amazon.spapi.refusal import json_of
from sellerport.amazon.submission.documents import patch_json
from sellerport.amazon.submission.sentence import Answered, Listing
from sellerport.errors import InvalidParameters, Rejected

ITEMS = "/listings/2021-08-01/items"
SKUS_A_REQUEST = 20
Severity = Literal["ERROR", "WARNING", "INFO"]


@dataclass(frozen=True, slots=True)
class SpListings:
    """The listings of one seller in one marketplace."""

    api: SpApi

    async def found(self, skus: Sequence[str], *, themes: bool) -> dict[str, Listing]:
        """The listings of those SKUs, 20 a request; a SKU with a comma cannot stand in a list and is asked alone."""
        included = "summaries,productTypes" + (",attributes,relationships" if themes else "")
        plain = [sku for sku in skus if "," not in sku]
        found: dict[str, Listing] = {}
        for start in range(0, len(plain), SKUS_A_REQUEST):
            found |= await self._search(plain[start : start + SKUS_A_REQUEST], included)
        for sku in skus:
            if "," in sku and (listing := await self._get(sku, included)):
                found[sku] = listing
        return found

    async def _search(self, skus: Sequence[str], included: str) -> dict[str, Listing]:
        query = {
            "marketplaceIds": self.api.marketplace.id,
            "identifiers": ",".join(skus),
            "identifiersType": "SKU",
            "includedData": included,
            "pageSize": str(SKUS_A_REQUEST),
        }
        path, found, token = f"{ITEMS}/{self._seller}", dict[str, Listing](), ""
        while True:
            page = await self.api.ask("searchListingsItems", "GET", path, {**query, "pageToken": token}, read=_items)
            found |= {item["sku"]: self._listing(item) for item in page[0]}
            if not page[1] or page[1] == token:
                return found
            token = page[1]

    async def _get(self, sku: str, included: str) -> Listing | None:
        query = {"marketplaceIds": self.api.marketplace.id, "includedData": included}
        try:
            return self._listing(await self.api.ask("getListingsItem", "GET", self._path(sku), query, read=json_of))
        except Rejected as error:
            if error.status == 404:
                return None
            raise

    def _listing(self, item: Mapping[str, Any]) -> Listing:
        here = self.api.marketplace.id
        types = [*_of(item, "summaries", here), *_of(item, "productTypes", here)]
        relations = [one for place in _of(item, "relationships", here) for one in place.get("relationships") or ()]
        said = [*((item.get("attributes") or {}).get("variation_theme") or ()), *map(_theme, relations)]
        return Listing(
            next((one["productType"] for one in types if one.get("productType")), None),
            next((one["name"] for one in said if isinstance(one, dict) and one.get("name")), None),
        )

    async def call(self, message: ListingMessage, *, preview: bool = False) -> Answered:
        """One put, patch or delete. What Amazon calls invalid is an issue, since other SKUs may be all right."""
        method, operation, content = _said(message)
        query = {
            "marketplaceIds": self.api.marketplace.id,
            "issueLocale": self.api.marketplace.locale,
            "mode": "VALIDATION_PREVIEW" if preview else "",
        }
        body = b"" if content is None else msgspec.json.encode(content)
        try:
            turn = f"{operation}.preview" if preview else operation
            path = self._path(message.sku)
            return await self.api.ask(operation, method, path, query, read=_answered, content=body, turn=turn)
        except (InvalidParameters, Rejected) as error:
            if error.status not in (400, 404, 413):
                raise
            return Answered("INVALID", None, (Issue(error.code, "ERROR", error.message, sku=message.sku),))

    @property
    def _seller(self) -> str:
        return quote(self.api.account.seller_id, safe="")

    def _path(self, sku: str) -> str:
        return f"{ITEMS}/{self._seller}/{quote(sku, safe='')}"


def _said(message: ListingMessage) -> tuple[str, str, dict[str, Any] | None]:
    """Method, operation and body. A partial update replaces each attribute that it names, as in a feed."""
    if message.operation == "DELETE":
        return "DELETE", "deleteListingsItem", None
    if message.operation == "UPDATE":
        body = {"productType": message.product_type, "attributes": message.attributes or {}}
        if message.requirements:
            body["requirements"] = message.requirements
        return "PUT", "putListingsItem", body
    patches = [patch_json(one) for one in message.patches]
    if message.operation == "PARTIAL_UPDATE":
        patches = [
            {"op": "replace", "path": f"/attributes/{name}", "value": value}
            for name, value in (message.attributes or {}).items()
        ]
    return "PATCH", "patchListingsItem", {"productType": message.product_type, "patches": patches}


def _answered(answer: Answer) -> Answered:
    said = json_of(answer)
    issues = tuple(_issue(issue, said.get("sku")) for issue in said.get("issues") or () if isinstance(issue, dict))
    return Answered(str(said.get("status") or ""), said.get("submissionId"), issues)


def _issue(said: Mapping[str, Any], sku: str | None) -> Issue:
    words: dict[str, Severity] = {"WARNING": "WARNING", "INFO": "INFO"}
    severity = words.get(str(said.get("severity")), "ERROR")
    return Issue(str(said.get("code") or ""), severity, str(said.get("message") or ""), sku=sku)


def _items(answer: Answer) -> tuple[list[dict[str, Any]], str | None]:
    said = json_of(answer)
    items = said.get("items")
    if not isinstance(items, list) or not all(isinstance(item, dict) and "sku" in item for item in items):
        raise Rejected("the answer holds no list of listings")
    return items, (said.get("pagination") or {}).get("nextToken")


def _of(item: Mapping[str, Any], name: str, marketplace: str) -> list[dict[str, Any]]:
    return [one for one in item.get(name) or () if isinstance(one, dict) and one.get("marketplaceId") == marketplace]


def _theme(relation: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": (relation.get("variationTheme") or {}).get("theme")}
