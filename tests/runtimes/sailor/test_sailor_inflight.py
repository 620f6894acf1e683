"""Which deliveries are new work, which are old, and how many: the account of messages over lost connections."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sellerport.runtimes.sailor.inflight import InFlight, Work


@dataclass(frozen=True)
class Delivered:
    """A delivery as far as the account knows it."""

    link: int
    redelivered: bool = False
    message_id: str | None = "m"
    content: bytes = b"c"
    rebound: int | None = None
    headers: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        headers: dict[str, Any] = {} if self.message_id is None else {"messageId": self.message_id}
        headers |= {} if self.rebound is None else {"reboundIteration": self.rebound}
        object.__setattr__(self, "headers", headers)


def begun(flight: InFlight, *deliveries: Delivered) -> list[Work]:
    found = [flight.arrived(delivery) for delivery in deliveries]
    assert all(isinstance(work, Work) for work in found)
    return [work for work in found if isinstance(work, Work)]


def test_a_redelivery_takes_the_place_of_the_lost_delivery() -> None:
    flight = InFlight()
    (work,) = begun(flight, Delivered(1))
    flight.lost(1)
    again = Delivered(2, redelivered=True)
    assert flight.arrived(again) is None
    assert work.delivery is again


def test_a_redelivery_from_another_process_is_work() -> None:
    begun(InFlight(), Delivered(1, redelivered=True))


def test_two_inputs_with_one_id_and_content_are_two() -> None:
    flight = InFlight()
    assert len(begun(flight, Delivered(1), Delivered(1))) == 2
    flight.lost(1)
    assert [flight.arrived(Delivered(2, redelivered=True)) for _ in range(2)] == [None, None]
    begun(flight, Delivered(2, redelivered=True))


def test_an_input_with_the_same_id_and_other_content_is_work() -> None:
    flight = InFlight()
    begun(flight, Delivered(1))
    flight.lost(1)
    begun(flight, Delivered(2, redelivered=True, content=b"other"))


def test_a_redelivery_while_nothing_was_lost_is_work() -> None:
    begun(InFlight(), Delivered(1), Delivered(1, redelivered=True))


def test_what_was_settled_just_before_the_loss_is_settled_the_same_way_again() -> None:
    flight = InFlight()
    for content, verdict in ((b"a", "ack"), (b"b", "reject")):
        (work,) = begun(flight, Delivered(1, content=content))
        flight.settled(work, verdict)
    flight.lost(1)
    assert flight.arrived(Delivered(2, redelivered=True, content=b"b")) == "reject"
    assert flight.arrived(Delivered(2, redelivered=True, content=b"a")) == "ack"
    begun(flight, Delivered(2, redelivered=True, content=b"a"))


def test_what_was_settled_a_second_time_may_come_a_third_time() -> None:
    flight = InFlight()
    (work,) = begun(flight, Delivered(1))
    flight.settled(work, "ack")
    for link in (1, 2):
        flight.lost(link)
        assert flight.arrived(Delivered(link + 1, redelivered=True)) == "ack"


def test_what_is_still_worked_on_goes_before_what_was_settled() -> None:
    flight = InFlight()
    first, second = begun(flight, Delivered(1), Delivered(1))
    flight.settled(first, "ack")
    flight.lost(1)
    again = Delivered(2, redelivered=True)
    assert flight.arrived(again) is None
    assert second.delivery is again


def test_a_rebound_of_a_settled_message_is_work() -> None:
    flight = InFlight()
    (work,) = begun(flight, Delivered(1))
    flight.settled(work, "ack")
    flight.lost(1)
    begun(flight, Delivered(2, redelivered=True, rebound=1))


def test_messages_without_an_id_are_matched_while_they_are_worked_on_and_forgotten_after() -> None:
    flight = InFlight()
    (work,) = begun(flight, Delivered(1, message_id=None))
    flight.lost(1)
    assert flight.arrived(Delivered(2, redelivered=True, message_id=None)) is None
    flight.settled(work, "ack")
    flight.lost(2)
    begun(flight, Delivered(3, redelivered=True, message_id=None))


def test_a_message_that_was_given_up_is_known_when_it_comes_after_all() -> None:
    flight = InFlight()
    (work,) = begun(flight, Delivered(1))
    flight.lost(1)
    flight.given_up(work, "reject")
    assert len(flight) == 0
    assert flight.arrived(Delivered(2, redelivered=True)) == "reject"


def test_a_message_that_went_back_is_work_when_it_comes_again() -> None:
    flight = InFlight()
    (work,) = begun(flight, Delivered(1))
    flight.returned(work)
    begun(flight, Delivered(2, redelivered=True))


def test_a_settled_message_is_known_for_some_minutes_after_a_loss_and_then_it_is_another() -> None:
    for before, after, known in ((1, 1, True), (890, 590, True), (901, 1, False), (1, 601, False)):
        now = [0.0]
        flight = InFlight(now=lambda now=now: now[0])  # type: ignore[misc]  # each its own
        (work,) = begun(flight, Delivered(1))
        flight.settled(work, "ack")
        now[0] += before
        flight.lost(1)
        now[0] += 10_000  # the broker is away
        flight.consuming()
        now[0] += after
        found = flight.arrived(Delivered(2, redelivered=True))
        assert found == "ack" if known else isinstance(found, Work)


def test_an_id_of_any_kind_tells_messages_apart() -> None:
    flight = InFlight()
    begun(flight, Delivered(1, message_id=["m"]), Delivered(1, message_id={"m": []}))  # type: ignore[arg-type]
    flight.lost(1)
    assert flight.arrived(Delivered(2, redelivered=True, message_id=["m"])) is None  # type: ignore[arg-type]


def test_only_so_many_settled_messages_are_remembered() -> None:
    flight = InFlight(known=2)
    for content in (b"1", b"2", b"3"):
        (work,) = begun(flight, Delivered(1, content=content))
        flight.settled(work, "ack")
    flight.lost(1)
    begun(flight, Delivered(2, redelivered=True, content=b"1"))
    assert flight.arrived(Delivered(2, redelivered=True, content=b"3")) == "ack"


class Queue:
    """A broker's queue in miniature, with losses: what is unsettled comes again, whatever the consumer thinks."""

    def __init__(self, contents: list[int]) -> None:
        self.waiting = [(number, content, False) for number, content in enumerate(contents)]
        self.out: dict[int, tuple[int, int]] = {}
        self.tag = 0

    def hand_out(self, link: int) -> tuple[int, Delivered]:
        number, content, redelivered = self.waiting.pop(0)
        self.tag += 1
        self.out[self.tag] = (number, content)
        return self.tag, Delivered(link, redelivered, "m", str(content).encode())

    def lose(self) -> None:
        self.waiting = [(number, content, True) for number, content in self.out.values()] + self.waiting
        self.out.clear()


@given(st.lists(st.integers(0, 2), min_size=1, max_size=12), st.lists(st.integers(0, 5), max_size=60))
def test_every_message_is_worked_on_exactly_once_whatever_is_lost(contents: list[int], moves: list[int]) -> None:
    flight, queue, link, done = InFlight(), Queue(contents), 1, 0
    running: list[Work] = []
    tags: dict[int, int] = {}

    def hand_out() -> None:
        tag, delivery = queue.hand_out(link)
        work = flight.arrived(delivery)
        if isinstance(work, Work):
            running.append(work)
        elif work is not None:
            queue.out.pop(tag)
        tags[id(delivery)] = tag
        kept.append(delivery)

    kept: list[Delivered] = []

    def settle(acknowledged: bool) -> int:
        work = running[0]
        if work.delivery.link != link:
            return 0  # it waits for its redelivery
        running.pop(0)
        flight.settled(work, "ack")
        if acknowledged:
            queue.out.pop(tags[id(work.delivery)])
        return 1

    for move in [*moves, *[0, 1] * 40]:
        if move in (0, 4) and queue.waiting:
            hand_out()
        elif move in (1, 5) and running:
            done += settle(acknowledged=True)
        elif move == 2 and running and running[0].delivery.link == link:
            done += settle(acknowledged=False)  # the acknowledgement is on its way when the line breaks
            queue.lose()
            flight.lost(link)
            link += 1
        elif move == 3:
            queue.lose()
            flight.lost(link)
            link += 1
    assert done == len(contents)
    assert queue.waiting == []
    assert queue.out == {}
