"""Turns in one or more buckets at once, as steps from states to states. Pure.

The first bucket is the operation's own: its turns are reserved ahead, so that they come first come first served. Those
after it are windows: they are looked at before, and taken when the turn comes.
"""

from typing import NamedTuple

from sellerport.amazon.pace.bucket import Limits, State, closed, given_back, rate, refused, settled, slot, taken

States = tuple[State, ...]
Rules = tuple[Limits, ...]


class Turn(NamedTuple):
    """A turn after `wait` seconds: `reserved`, or only worth asking for again then.

    `refusals` were known when it was given, `interval` is the time from one turn to the next.
    """

    wait: float
    reserved: bool
    refusals: int
    interval: float


def take(rules: Rules, states: States, now: float) -> States:
    """A turn in every bucket, whatever is left in it."""
    return tuple(taken(settled(state, limits, now), limits, now) for limits, state in zip(rules, states, strict=True))


def reserve(rules: Rules, states: States, now: float, *, limit: float | None) -> tuple[States, Turn]:
    """The next turn: taken where it is now, else reserved, unless it is later than the limit or a window is shut."""
    own, first = rules[0], settled(states[0], rules[0], now)
    turn = Turn(slot(first, own, now), True, first.refusals, 1 / rate(first, own))
    shut = _shut(rules, states, now)
    if shut > 0:
        return states, turn._replace(wait=max(shut, turn.wait), reserved=False)
    if turn.wait <= 0:
        return take(rules, states, now), turn
    if limit is not None and turn.wait > limit:
        return states, turn._replace(reserved=False)
    return (taken(first, own, now), *states[1:]), turn


def arrive(rules: Rules, states: States, now: float, *, refusals: int) -> tuple[States, bool]:
    """Whether a reserved turn is good after its wait: no refusal since has voided it, and no window is shut."""
    if states[0].refusals != refusals:
        return states, False
    if _shut(rules[1:], states[1:], now) > 0:
        return give_back(rules, states, refusals=refusals), False
    return (states[0], *take(rules[1:], states[1:], now)), True


def give_back(rules: Rules, states: States, *, refusals: int) -> States:
    """A reserved turn that will not be used is others' again."""
    return (given_back(states[0], rules[0], refusals), *states[1:])


def refuse(rules: Rules, states: States, now: float, *, wait: float, chance: float) -> tuple[States, float]:
    """Amazon refused: nothing is left in any of them; the seconds until the next turn."""
    pairs = zip(rules, states, strict=True)
    after = tuple(refused(state, limits, now, wait=wait, chance=chance) for limits, state in pairs)
    return after, max(state.at - now for state in after)


def _shut(rules: Rules, states: States, now: float) -> float:
    pairs = zip(rules, states, strict=True)
    return max((closed(settled(state, limits, now), limits, now) for limits, state in pairs), default=0.0)
