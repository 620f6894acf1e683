"""MWS's XML as values, and what is refused."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sellerport.amazon.xml import child, children, local, loose, parse, start, text
from sellerport.errors import Rejected

DOCUMENT = b"""<?xml version="1.0"?>
<R xmlns="https://mws.amazonservices.com/Orders/2013-09-01"><!-- a comment --><?pi?>
  <A><B> x </B><B>y</B></A><C/><D><![CDATA[<z>]]> &amp; &#233;</D></R>"""


def test_elements_are_found_by_their_local_names() -> None:
    root = parse(DOCUMENT)
    assert local(root) == "R"
    assert text(root, "A", "B") == "x"
    assert [node.text for node in children(child(root, "A"), "B")] == [" x ", "y"]
    assert text(root, "C") == ""
    assert text(root, "D") == "<z> & é"
    assert text(root, "A", "Z") is None
    assert child(None, "A") is None
    assert list(children(None, "A")) == []


def test_an_element_of_which_nothing_is_known_is_its_children() -> None:
    assert loose(parse(DOCUMENT)) == {"a": {"b": ["x", "y"]}, "c": "", "d": "<z> & é"}


@pytest.mark.parametrize("body", [b"", b" ", b"<a>", b"text", b"<a/><b/>", b"<a>&undefined;</a>", b"\xff\xfe<", b"<a>\x00</a>",
                                  b'<?xml version="1.0" encoding="nonsense"?><a/>', b"<!DOCTYPE a><a/>"])  # fmt: skip
def test_what_is_no_document_of_amazons_is_rejected(body: bytes) -> None:
    with pytest.raises(Rejected):
        parse(body)


@given(st.binary(max_size=80) | st.text("<>/!?[]&;DOCTYPEabc \"'=x", max_size=60).map(str.encode))
def test_whatever_the_bytes_they_are_read_or_rejected(body: bytes) -> None:
    with contextlib.suppress(Rejected):
        parse(body)


def test_other_encodings_are_read() -> None:
    latin = '<?xml version="1.0" encoding="iso-8859-1"?><a>é</a>'.encode("iso-8859-1")
    assert parse(latin).text == "é"
    assert parse('<?xml version="1.0" encoding="UTF-16"?><a>é</a>'.encode("utf-16")).text == "é"


@given(st.binary(max_size=500))
def test_the_beginning_of_an_answer_is_short_and_printable(body: bytes) -> None:
    shown = start(body)
    assert len(shown) <= 200
    assert shown.isprintable()
