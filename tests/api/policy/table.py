# SPDX-License-Identifier: Apache-2.0
"""Reads the tables of this folder. Their heads say what a line means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PERSONAS = ("none", "other", "reader", "member", "manager", "admin", "service")
LETTERS = re.compile(r"-[HD.+]{6}")
NEWEST = "2.104"


@dataclass(frozen=True)
class Line:
    """One line of `matrix.txt`."""

    method: str
    path: str
    personas: str
    codes: frozenset[int]
    version: str = NEWEST
    body: str | None = None

    def letter(self, persona: str) -> str:
        return self.personas[PERSONAS.index(persona)]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.method, self.path, self.body)))


@dataclass(frozen=True)
class Field:
    """One line of `fields.txt`."""

    method: str
    path: str
    field: str
    personas: str
    version: str = NEWEST
    body: str | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.field}"


def lines() -> Iterator[Line]:
    for method, path, personas, codes, *rest in _rows("matrix.txt", 4):
        version, body = _options(rest)
        numbers = frozenset(int(code) for code in codes.split("|"))
        yield Line(method, path, _letters(personas), numbers, version, body)


def fields() -> Iterator[Field]:
    for method, path, name, personas, *rest in _rows("fields.txt", 4):
        version, body = _options(rest)
        yield Field(method, path, name, _letters(personas), version, body)


def _rows(name: str, columns: int) -> Iterator[list[str]]:
    for text in (Path(__file__).parent / name).read_text().splitlines():
        if text.strip() and not text.startswith("#"):
            yield text.split(None, columns)


def _options(rest: list[str]) -> tuple[str, str | None]:
    match = re.fullmatch(r"(?:at=(2\.\d+))?\s*(\{.*\})?", rest[0] if rest else "")
    if match is None:
        raise ValueError(f"neither a version nor a body: {rest}")
    return match[1] or NEWEST, match[2]


def _letters(text: str) -> str:
    if not LETTERS.fullmatch(text):
        raise ValueError(f"{text!r} has not one letter for each of {PERSONAS}")
    return text
