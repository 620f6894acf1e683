"""How messages are cut into documents: within the limits, nothing lost, the messages of a row together."""

import json
from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sellerport.amazon.feeds import ListingMessage, Said
from sellerport.amazon.submission.documents import again, cut, listings_frame

FRAME = listings_frame("A1EXAMPLESELLER", "en_US")
MESSAGES = 7


@st.composite
def spoken(draw: st.DrawFn) -> list[Said]:
    """Rows of one or several messages each, and messages of several rows, in the order of their rows."""
    said, row = [], 0
    for rows, many, length in draw(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 9), st.integers(1, 200)))):
        many = many if rows == 1 else 1
        for number in range(many):
            message = ListingMessage(f"{row}-{number}".ljust(length, "x"), "PATCH", "PRODUCT")
            said.append(Said(message, tuple(range(row, row + rows))))
        row += rows
    return said


@given(spoken(), st.integers(300, 2000))
def test_documents_hold_every_message_once_within_the_limits(said: list[Said], size: int) -> None:
    pieces = list(cut(said, FRAME, messages=MESSAGES, size=size))
    messages = [message for piece in pieces for message in json.loads(piece.body)["messages"]]
    assert [message["sku"] for message in messages] == [
        one.message.sku for one in said if isinstance(one.message, ListingMessage)
    ]
    assert [rows for piece in pieces for rows in piece.rows] == [one.rows for one in said]
    for piece in pieces:
        assert len(piece.rows) <= MESSAGES
        assert len(piece.body) <= size or len(piece.rows) == 1
        assert [m["messageId"] for m in json.loads(piece.body)["messages"]] == [*range(1, len(piece.rows) + 1)]
    assert [piece.first for piece in pieces] == [sum(len(b.rows) for b in pieces[:n]) for n in range(len(pieces))]
    lengths = [(len(piece.rows), True) for piece in pieces]
    assert [piece.body for piece in again(said, FRAME, lengths) if piece] == [piece.body for piece in pieces]


@given(spoken())
def test_the_messages_of_a_row_stand_in_one_document_where_one_can_hold_them(said: list[Said]) -> None:
    pieces = list(cut(said, FRAME, messages=MESSAGES, size=10**9))
    held = Counter(row for piece in pieces for row in {row for rows in piece.rows for row in rows})
    many = Counter(row for one in said for row in one.rows)
    assert [row for row, documents in held.items() if documents > 1] == [row for row in held if many[row] > MESSAGES]
    for one, following in pairwise(pieces):  # no document ends before it has to
        coming = many[following.rows[0][0]]
        assert len(one.rows) + min(coming, MESSAGES) > MESSAGES or following.rows[0] == one.rows[-1]


def test_rows_that_a_message_has_in_common_stand_in_one_document_with_their_others() -> None:
    rows = [(0, 1), (0,), (1,), (2,)]  # a parent of two rows, the children of either, and another row
    said = [Said(ListingMessage(f"S{n}", "PATCH", "PRODUCT"), one) for n, one in enumerate(rows)]
    alone = Said(ListingMessage("S", "PATCH", "PRODUCT"), (9,))
    pieces = cut([alone, *said], FRAME, messages=3)
    assert [tuple(piece.rows) for piece in pieces] == [((9,),), ((0, 1), (0,), (1,)), ((2,),)]
