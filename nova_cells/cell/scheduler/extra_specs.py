# SPDX-License-Identifier: Apache-2.0
"""The operators an extra spec's value may begin with: `>= 4`, `s== x`, `<in> avx`, `<or> a <or> b`.

Each text is parsed once. A value without an operator asks for an equal text.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import lru_cache

Test = Callable[[str], bool]

_NUMERIC = {
    "=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    "<=": operator.le,
}
_TEXTUAL = {
    "s==": operator.eq,
    "s!=": operator.ne,
    "s<": operator.lt,
    "s<=": operator.le,
    "s>": operator.gt,
    "s>=": operator.ge,
}


@lru_cache(maxsize=4096)
def wanted(text: str) -> Test:
    """A test of a host's value."""
    words = text.split()
    if not words:
        return _equal_to(text)
    first, rest = words[0], words[1:]
    if first == "<or>":
        choices = frozenset(part.strip() for part in text.split("<or>") if part.strip())
        return choices.__contains__
    if first == "<in>":
        part = " ".join(rest)
        return lambda value: part in value
    if first == "<all-in>":
        return lambda value: all(word in value for word in rest)
    if first == "<range-in>":
        return _within(rest)
    if first in _NUMERIC and rest:
        return _number(_NUMERIC[first], rest[0])
    if first in _TEXTUAL and rest:
        compare, word = _TEXTUAL[first], rest[0]
        return lambda value: bool(compare(value, word))
    return _equal_to(text)


def _equal_to(text: str) -> Test:
    return lambda value: value == text


def _number(compare: Callable[[float, float], bool], text: str) -> Test:
    limit = _float(text)
    if limit is None:
        return lambda value: False

    def test(value: str) -> bool:
        number = _float(value)
        return number is not None and compare(number, limit)

    return test


def _within(words: list[str]) -> Test:
    """`<range-in> [ 10 20 ]`: a bracket includes its end, a parenthesis leaves it out."""
    if len(words) != 4 or words[0] not in "[(" or words[3] not in "])":
        return lambda value: False
    low, high = _float(words[1]), _float(words[2])
    if low is None or high is None:
        return lambda value: False
    above = operator.ge if words[0] == "[" else operator.gt
    below = operator.le if words[3] == "]" else operator.lt

    def test(value: str) -> bool:
        number = _float(value)
        return number is not None and above(number, low) and below(number, high)

    return test


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
