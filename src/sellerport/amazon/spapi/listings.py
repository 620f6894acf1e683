"""Single listings over SP-API: searchListingsItems for what a SKU is, put, patch and delete for one SKU at a time.

Facts: Amazon's model `listingsItems_2021-08-01`. HTTP 200 says nothing about success: the status in the answer does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

import msgspec
from msgspec import Struct

from sellerport.amazon.feeds import Issue, ListingMessage
from sellerport.amazon.http import Answer
from sellerport.amazon.paging import all_pages
from sellerport.amazon.spapi.adapter import SpApi
from sellerport.amazon.spapi.refusal import shaped
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
        path = f"{ITEMS}/{self._seller}"

        async def ask(token: str | None) -> tuple[list[_Item], str | None]:
            said = {**query, "pageToken": token or ""}
            return await self.api.ask("searchListingsItems", "GET", path, said, read=_items)

        return {item.sku: self._listing(item) for item in await all_pages(ask, "the listings")}

    async def _get(self, sku: str, included: str) -> Listing | None:
        query = {"marketplaceIds": self.api.marketplace.id, "includedData": included}
        try:
            return self._listing(await self.api.ask("getListingsItem", "GET", self._path(sku), query, read=_item))
        except Rejected as error:
            if error.status == 404:
                return None
            raise

    def _listing(self, item: "_Item") -> Listing:
        here = self.api.marketplace.id
        types = [*_of(item.summaries, here), *_of(item.product_types, here)]
        relations = [one for place in _of(item.relationships, here) for one in place.relationships or ()]
        named = [one.name for one in (item.attributes and item.attributes.variation_theme) or ()]
        themes = [*named, *(one.variation_theme.theme for one in relations if one.variation_theme)]
        return Listing(
            next((one.product_type for one in types if one.product_type), None),
            next((theme for theme in themes if theme), None),
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
            if error.status not in (400, 404, 413) or not error.code:  # without a code it is no word of the API's
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


class _Issue(Struct):
    code: str | int | None = None
    severity: str | None = None
    message: str | None = None


class _Submission(Struct, rename="camel"):
    """What of Amazon's model of a listing's submission is needed."""

    sku: str | None = None
    status: str | None = None
    submission_id: str | None = None
    issues: list[_Issue] | None = None


def _answered(answer: Answer) -> Answered:
    said = shaped(answer, _Submission)
    issues = tuple(_issue(issue, said.sku) for issue in said.issues or ())
    return Answered(said.status or "", said.submission_id, issues)


def _issue(said: _Issue, sku: str | None) -> Issue:
    words: dict[str, Severity] = {"WARNING": "WARNING", "INFO": "INFO"}
    return Issue(str(said.code or ""), words.get(said.severity or "", "ERROR"), said.message or "", sku=sku)


class _Theme(Struct):
    theme: str | None = None


class _Relation(Struct, rename="camel"):
    variation_theme: _Theme | None = None


class _Place(Struct, rename="camel"):
    """What a listing is in one marketplace."""

    marketplace_id: str | None = None
    product_type: str | None = None
    relationships: list[_Relation] | None = None


class _Named(Struct):
    name: str | None = None


class _Attributes(Struct):
    variation_theme: list[_Named] | None = None


class _Item(Struct, rename="camel"):
    """What of Amazon's model of a listing is needed."""

    sku: str
    summaries: list[_Place] | None = None
    product_types: list[_Place] | None = None
    relationships: list[_Place] | None = None
    attributes: _Attributes | None = None


class _Pagination(Struct, rename="camel"):
    next_token: str | None = None


class _Items(Struct):
    items: list[_Item]
    pagination: _Pagination | None = None


def _items(answer: Answer) -> tuple[list[_Item], str | None]:
    said = shaped(answer, _Items)
    return said.items, (said.pagination and said.pagination.next_token) or None


def _item(answer: Answer) -> _Item:
    return shaped(answer, _Item)


def _of(places: Sequence[_Place] | None, marketplace: str) -> list[_Place]:
    return [one for one in places or () if one.marketplace_id == marketplace]
