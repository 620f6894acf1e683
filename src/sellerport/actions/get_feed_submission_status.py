"""Get Feed Submission Status: how far Amazon is with a feed."""

from collections.abc import AsyncGenerator
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType, field

from sellerport.actions._rows import END
from sellerport.amazon.feeds import FeedState
from sellerport.contract import Action, Call, Data, Emission
from sellerport.errors import InputError, Problem

LISTINGS = "JSON_LISTINGS_FEED"
#: The feed types that JSON_LISTINGS_FEED replaced. Fact: Amazon's deprecation of 2025-07-31.
OLD_LISTINGS = frozenset(
    f"POST_{name}_DATA"
    for name in (
        "PRODUCT", "PRODUCT_OVERRIDES", "INVENTORY_AVAILABILITY", "PRODUCT_PRICING", "PRODUCT_IMAGE",
        "PRODUCT_RELATIONSHIP", "FLAT_FILE_INVLOADER", "FLAT_FILE_LISTINGS", "FLAT_FILE_BOOKLOADER",
        "FLAT_FILE_CONVERGENCE_LISTINGS", "FLAT_FILE_PRICEANDQUANTITYONLY_UPDATE", "UIEE_BOOKLOADER",
    )
)  # fmt: skip


class Submission(Struct, frozen=True, forbid_unknown_fields=True):
    """Which feed, and of what type it should be."""

    submission_id: Annotated[
        str, Meta(title="Submission ID", min_length=1, max_length=50, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*" + END)
    ] = field(name="submissionId")
    type: (
        Annotated[
            str,
            Meta(
                title="Type", max_length=100, description="The feed's type, such as _POST_PRODUCT_DATA_; it is checked."
            ),
        ]
        | UnsetType
    ) = UNSET


class Status(Struct, rename="camel", kw_only=True):
    """How far Amazon is; `amazonStatus` is its own word."""

    submission_id: Annotated[str, Meta(title="Submission ID")]
    type: Annotated[str, Meta(title="Type")]
    feed_processing_status: Annotated[str, Meta(title="Feed Processing Status")]
    amazon_status: Annotated[str, Meta(title="Amazon Status")]
    submitted_date: Annotated[str | UnsetType, Meta(title="Submitted Date")] = UNSET


def checked(asked: Submission, state: FeedState) -> None:
    """InputError where the feed is of another type; with or without underscores, old listing feeds as the new one."""
    if isinstance(asked.type, str) and asked.type and not _same(asked.type, state.feed_type):
        text = f"Expected {state.feed_type}, which feed {state.id} is of, got {asked.type!r}"
        raise InputError([Problem("body", "$.type", text)])


def _same(asked: str, told: str) -> bool:
    name, own = (text.strip().strip("_").upper() for text in (asked, told))
    return name == own or (own == LISTINGS and name in OLD_LISTINGS)


def status(asked: Submission, state: FeedState) -> dict[str, Any]:
    """The answer's first members: id and type as they were asked for, and what Amazon says."""
    said = {
        "submissionId": asked.submission_id,
        "type": asked.type if isinstance(asked.type, str) and asked.type else state.feed_type,
        "feedProcessingStatus": state.status,
        "amazonStatus": state.amazon_status,
    }
    return said if state.submitted is None else said | {"submittedDate": state.submitted}


async def run(call: Call, port: Any) -> AsyncGenerator[Emission, None]:
    state = await port.feeds.state(call.body.submission_id)
    checked(call.body, state)
    yield Data(status(call.body, state))


ACTION = Action(
    title="Get Feed Submission Status",
    order=40,
    help="Ask how far Amazon is with a feed that was submitted.",
    run=run,
    input=Submission,
    output=Status,
    operations={"MWS": ("GetFeedSubmissionList",), "SP-API": ("getFeed",)},
    example={"submissionId": "51799018438", "type": "_POST_INVENTORY_AVAILABILITY_DATA_"},
)
