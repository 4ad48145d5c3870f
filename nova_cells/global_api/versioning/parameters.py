# SPDX-License-Identifier: Apache-2.0
"""The kinds of query parameters: each turns the texts of one name into a value or refuses them.

A parameter named once in the query gives one value; `many=True` keeps all in a list, `last=True`
takes the last one, and otherwise a second one is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.versioning.formats import is_uuid

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OFFSET_WITH_SPACE = re.compile(r" (\d\d:?\d\d)$")


@dataclass(frozen=True)
class Parameter:
    """Any text, as it is."""

    many: bool = False
    last: bool = False

    def read(self, name: str, texts: list[str]) -> Any:
        """The value of all texts given under `name`."""
        if self.many:
            return [self.one(name, text) for text in texts]
        if len(texts) > 1 and not self.last:
            raise refusal(name, texts, "it may be given only once")
        return [self.one(name, text) for text in texts][-1]

    def one(self, name: str, text: str) -> Any:
        return text

    def schema(self) -> dict[str, Any]:
        """One text, told as JSON schema."""
        return {"type": "string"}


@dataclass(frozen=True)
class Text(Parameter):
    """Text that matches a pattern as a whole and is not longer than `longest`."""

    pattern: str | None = None
    longest: int = 65535

    def one(self, name: str, text: str) -> str:
        if len(text) > self.longest:
            raise refusal(name, text, f"it is longer than {self.longest} characters")
        if self.pattern is not None and not re.fullmatch(self.pattern, text):
            raise refusal(name, text, f"it does not match {self.pattern!r}")
        return text

    def schema(self) -> dict[str, Any]:
        found: dict[str, Any] = {"type": "string", "maxLength": self.longest}
        if self.pattern is not None:
            found["pattern"] = f"^(?:{self.pattern})$"
        return found


@dataclass(frozen=True)
class Number(Parameter):
    """A whole number between `least` and `most`."""

    least: int | None = 0
    most: int = 2**63 - 1

    def one(self, name: str, text: str) -> int:
        if not re.fullmatch(r"-?[0-9]+", text):
            raise refusal(name, text, "it is not a whole number")
        least = -self.most if self.least is None else self.least
        value = int(text[:20])
        if value < least:
            raise refusal(name, text, f"it is less than the minimum of {least}")
        return min(value, self.most)

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", **({} if self.least is None else {"minimum": self.least})}


@dataclass(frozen=True)
class Choice(Parameter):
    """One of a few words."""

    words: tuple[str, ...] = ()

    def one(self, name: str, text: str) -> str:
        if text not in self.words:
            raise refusal(name, text, f"it is not one of {', '.join(self.words)}")
        return text

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.words)}


@dataclass(frozen=True)
class Uuid(Parameter):
    """A UUID."""

    def one(self, name: str, text: str) -> str:
        if not is_uuid(text):
            raise refusal(name, text, "it is not a UUID")
        return text

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "uuid"}


@dataclass(frozen=True)
class Moment(Parameter):
    """A date and time in ISO 8601; gives microseconds since the epoch. Without a zone it is UTC."""

    def one(self, name: str, text: str) -> int:
        try:
            moment = datetime.fromisoformat(_OFFSET_WITH_SPACE.sub(r"+\1", text.strip()))
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=UTC)
            return int((moment - _EPOCH).total_seconds()) * 1_000_000 + moment.microsecond
        except (ValueError, OverflowError):
            raise refusal(name, text, "it is not a date and time") from None

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "description": "date and time in ISO 8601, UTC without a zone"}


def refusal(name: str, value: Any, why: str) -> BadRequest:
    """The answer to a parameter that is not fine."""
    shown = repr(value) if len(repr(value)) <= 200 else repr(value)[:200] + "..."
    return BadRequest(f"Invalid input for query parameters {name}. Value: {shown}. {why}")
