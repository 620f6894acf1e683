"""What a conversion could not say, guessed or assumed: for people as lines, for programs as JSON."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

SHOWN = 20


@dataclass(slots=True)
class Losses:
    """What became of a feed's messages; grows while they are converted."""

    message_type: str
    read: int = 0
    written: int = 0
    assumed: dict[str, str] = field(default_factory=dict)
    guessed: Counter[tuple[str, str]] = field(default_factory=Counter)
    lost: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def lose(self, message: int, sku: str, element: str, reason: str, value: str = "") -> None:
        """An element, or (with an empty name) a whole message, that has no place in the new document."""
        facts: dict[str, Any] = {"message": message, "sku": sku, "element": element, "reason": reason}
        self.lost.append(facts | ({"value": value[:200]} if value else {}))

    def json(self) -> dict[str, Any]:
        """All of it."""
        return {
            "messageType": self.message_type,
            "read": self.read,
            "written": self.written,
            "productTypes": [{"sku": sku, "productType": kind} for sku, kind in self.assumed.items()],
            "guessed": [
                {"element": element, "attribute": attribute, "messages": times}
                for (element, attribute), times in sorted(self.guessed.items())
            ],
            "lost": self.lost,
            "notes": self.notes,
        }

    def lines(self) -> list[str]:
        """The same for people, long lists cut."""
        said = [f"{self.message_type}: {_count(self.read, 'message')} read, {self.written} written"]
        said += self.notes
        if self.assumed:
            said.append(
                f"PRODUCT stands for the product type of {_count(len(self.assumed), 'SKU')}: {_some(list(self.assumed))}"
            )
        said += [
            f"guessed by its name: {element} became {attribute} ({_count(times, 'message')})"
            for (element, attribute), times in sorted(self.guessed.items())[:SHOWN]
        ]
        said += [_told(fact) for fact in self.lost[:SHOWN]]
        left_out = max(0, len(self.guessed) - SHOWN) + max(0, len(self.lost) - SHOWN)
        return said + ([f"{left_out} more of these; --report FILE has them all"] if left_out else [])


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def _some(names: list[str]) -> str:
    return ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")


def _told(fact: dict[str, Any]) -> str:
    what = fact["element"] or "the message"
    return f"no place: {what} of {fact['sku'] or 'message ' + str(fact['message'])}: {fact['reason']}"
