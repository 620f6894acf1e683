"""The errors: one tree, by what the caller should do next, each with Amazon's words and without a secret."""

import inspect
import pickle

import pytest

import sellerport
from sellerport import errors
from sellerport.errors import InputError, Problem, SellerportError, Throttled

TREE = {
    "SellerportError": ("Exception", 70),
    "InputError": ("SellerportError", 64),
    "InvalidParameters": ("InputError", 64),
    "AmazonError": ("SellerportError", 69),
    "Rejected": ("AmazonError", 69),
    "FeedFailed": ("AmazonError", 69),
    "Denied": ("AmazonError", 77),
    "Retriable": ("AmazonError", 75),
    "Throttled": ("Retriable", 75),
    "Unavailable": ("Retriable", 75),
    "Stopped": ("SellerportError", 75),
}
CLASSES = {name: kind for name, kind in vars(errors).items() if inspect.isclass(kind) and issubclass(kind, Exception)}
AMAZON = [name for name, kind in CLASSES.items() if issubclass(kind, errors.AmazonError) or name == "InvalidParameters"]


def test_the_tree_is_the_one_that_is_drawn() -> None:
    assert {name: (kind.__base__.__name__, kind.exit_code) for name, kind in CLASSES.items()} == TREE
    assert all(name in (errors.__doc__ or "") for name in TREE)


def test_the_errors_are_public() -> None:
    for name in TREE:
        assert getattr(sellerport, name) is CLASSES[name]
        assert name in sellerport.__all__


@pytest.mark.parametrize("name", AMAZON)
def test_an_error_of_amazons_keeps_its_words_apart_and_tells_them_in_one_line(name: str) -> None:
    error = CLASSES[name]("No such order.", code="NotFound", request_id="req-7", status=404, hint="Ask for another.")
    assert (error.message, error.code, error.request_id, error.status) == ("No such order.", "NotFound", "req-7", 404)
    assert str(error) == "NotFound: No such order. (HTTP 404, request id req-7) Ask for another."
    assert str(CLASSES[name]("No such order.")) == "No such order."


def test_a_throttle_tells_how_long() -> None:
    assert Throttled("slow", wait=60).wait == 60


def test_problems_are_listed_a_line_each() -> None:
    error = InputError([Problem("body", "$.a", "Expected b"), Problem("cfg", "$.c", "Expected d")])
    assert str(error).splitlines() == ["body: Expected b - at $.a", "cfg: Expected d - at $.c"]
    assert len(error.problems) == 2
    assert InputError("one text").problems == ()


@pytest.mark.parametrize("name", TREE)
def test_an_error_survives_a_way_between_processes(name: str) -> None:
    error = CLASSES[name]("text")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert isinstance(error, SellerportError)
