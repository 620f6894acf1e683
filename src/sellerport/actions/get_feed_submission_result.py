"""Get Feed Submission Result: Amazon's report on a feed, joined to the rows that this installation submitted."""

from collections.abc import AsyncGenerator
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from sellerport.actions._answers import Issue, Summary
from sellerport.actions._submit import reported
from sellerport.actions.get_feed_submission_status import Submission, checked, status
from sellerport.contract import Action, Call, Data, Emission


class Fields(Struct, frozen=True, kw_only=True):
    """The form."""

    include_document: Annotated[
        Literal["yes", "no"],
        Meta(title="Include Document", description="yes: Amazon's document stands beside its issues, as text."),
    ] = field(name="includeDocument", default="no")


class Result(Struct, rename="camel", kw_only=True):
    """The state of the feed, and once it has ended what came of its rows."""

    submission_id: Annotated[str, Meta(title="Submission ID")]
    type: Annotated[str, Meta(title="Type")]
    feed_processing_status: Annotated[str, Meta(title="Feed Processing Status")]
    amazon_status: Annotated[str, Meta(title="Amazon Status")]
    submitted_date: Annotated[str | UnsetType, Meta(title="Submitted Date")] = UNSET
    summary: Annotated[Summary | UnsetType, Meta(title="Summary")] = UNSET
    issues: Annotated[list[Issue] | UnsetType, Meta(title="Issues")] = UNSET
    document: Annotated[str | UnsetType, Meta(title="Document")] = UNSET


async def run(call: Call, port: Any) -> AsyncGenerator[Emission, None]:
    wanted = call.fields.include_document == "yes"
    result = await port.feeds.result(call.body.submission_id, with_document=wanted)
    checked(call.body, result.state)
    said = status(call.body, result.state)
    if result.document is not None:
        said["document"] = result.document
    yield Data(said if result.report is None else reported(said, [result.report], result.left_out))


ACTION = Action(
    title="Get Feed Submission Result",
    order=35,
    help="Ask for Amazon's report on a feed that was submitted. A feed that is not done yet answers with its status.",
    run=run,
    input=Submission,
    output=Result,
    fields=Fields,
    operations={
        "MWS": ("GetFeedSubmissionList", "GetFeedSubmissionResult"),
        "SP-API": ("getFeed", "getFeedDocument"),
    },
    example={"submissionId": "51799018438", "type": "_POST_INVENTORY_AVAILABILITY_DATA_"},
)
