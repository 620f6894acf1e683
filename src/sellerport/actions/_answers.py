"""What feed actions answer, as types: from these the metadata of their output follow."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, field


class Summary(Struct, rename="camel"):
    """What came of the input rows, counted."""

    processed: Annotated[int, Meta(title="Processed")]
    successful: Annotated[int, Meta(title="Successful")]
    with_error: Annotated[int, Meta(title="With Error")]
    with_warning: Annotated[int, Meta(title="With Warning")]


class Issue(Struct, rename="camel", kw_only=True):
    """What Amazon says of one row, or without `row` of the whole feed."""

    code: Annotated[str, Meta(title="Code")]
    severity: Annotated[str, Meta(title="Severity")]
    message: Annotated[str, Meta(title="Message")]
    row: Annotated[int | UnsetType, Meta(title="Row", description="The first input row that it concerns.")] = UNSET
    rows: Annotated[list[int] | UnsetType, Meta(title="Rows")] = UNSET
    message_id: Annotated[int | UnsetType, Meta(title="Message ID")] = UNSET
    sku: Annotated[str | UnsetType, Meta(title="SKU")] = UNSET
    amazon_order_id: Annotated[str | UnsetType, Meta(title="Amazon Order ID")] = UNSET


class Call(Struct, rename="camel", kw_only=True):
    """One single call and what Amazon made of it."""

    row: Annotated[int, Meta(title="Row")]
    sku: Annotated[str, Meta(title="SKU")]
    status: Annotated[str, Meta(title="Status")]
    submission_id: Annotated[str | UnsetType, Meta(title="Submission ID")] = UNSET


class FeedAnswer(Struct, rename="camel", kw_only=True):
    """The submission; and the report where it was waited for."""

    feed_submission_id: Annotated[str | UnsetType, Meta(title="Feed Submission ID")] = UNSET
    feed_submission_ids: Annotated[list[str] | UnsetType, Meta(title="Feed Submission IDs")] = UNSET
    feed_type: Annotated[str | UnsetType, Meta(title="Feed Type")] = UNSET
    submitted_date: Annotated[str | UnsetType, Meta(title="Submitted Date")] = UNSET
    feed_processing_status: Annotated[str | UnsetType, Meta(title="Feed Processing Status")] = UNSET
    validated: Annotated[bool | UnsetType, Meta(title="Validated")] = UNSET
    summary: Annotated[Summary | UnsetType, Meta(title="Summary")] = UNSET
    issues: Annotated[list[Issue] | UnsetType, Meta(title="Issues")] = UNSET
    submissions: Annotated[list[Call] | UnsetType, Meta(title="Submissions")] = field(default=UNSET)
