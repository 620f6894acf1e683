"""Next tokens."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sellersim import Clock, World
from sellersim.tokens import Corrupted, Expired, seal, unseal

START = datetime(2026, 11, 20, tzinfo=UTC)
WORLD = World(clock=Clock(START, frozen=True), orders=1)
TOKEN = seal(WORLD, "ListOrders", {"place": [1, "a"]})


def test_a_token_gives_back_what_it_stands_for() -> None:
    assert unseal(WORLD, "ListOrders", TOKEN) == {"place": [1, "a"]}


def test_a_token_lives_for_24_hours_of_the_worlds_time() -> None:
    world = World(clock=Clock(START, frozen=True), orders=1)
    token = seal(world, "ListOrders", {})
    world.clock.advance(24 * 3600)
    assert unseal(world, "ListOrders", token) == {}
    world.clock.advance(1)
    with pytest.raises(Expired):
        unseal(world, "ListOrders", token)


def test_a_token_of_another_operation_is_corrupted() -> None:
    with pytest.raises(Corrupted):
        unseal(WORLD, "ListOrderItems", TOKEN)


def test_a_token_of_another_seed_is_corrupted() -> None:
    with pytest.raises(Corrupted):
        unseal(World(clock=Clock(START, frozen=True), orders=1, seed=2), "ListOrders", TOKEN)


@given(st.integers(0, len(TOKEN.rstrip("=")) - 2), st.sampled_from("ABCDefgh0123+/"))
def test_a_token_changed_in_any_place_is_corrupted(at: int, letter: str) -> None:
    changed = TOKEN[:at] + letter + TOKEN[at + 1 :]
    if changed != TOKEN:
        with pytest.raises(Corrupted):
            unseal(WORLD, "ListOrders", changed)


@pytest.mark.parametrize("text", ["", "x", "not base64!", TOKEN.replace("=", "") + "===="])
def test_what_is_no_token_is_corrupted(text: str) -> None:
    with pytest.raises(Corrupted):
        unseal(WORLD, "ListOrders", text)
