# SPDX-License-Identifier: Apache-2.0
"""How a valid body is spoilt: one place of it is replaced, taken away, wrapped, or added to."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

Path = tuple[Any, ...]

ODD_TEXTS = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "\0",
            "a\0b",
            " a",
            "a ",
            "a\n",
            "\u202e",
            "\x7f",
            "\ufeff",
            "\U0001f600" * 64,
            "x" * 256,
            "x" * 70_000,
            "-1",
            "1e5",
            "0x1",
            "９",
            "True ",
            "../../etc/passwd",
            "' or 1=1 --",
            "%s%n",
            "00000000-0000-0000-0000-00000000000g",
            "256.0.0.1",
            "::g",
        ]
    ),
    st.text(max_size=20),
)
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, -1, 1.0, 1.5, 2**31, 2**53, 2**63, -(2**63), 1e300, -0.0]),
    st.integers(min_value=-(2**63), max_value=2**63 - 1),
    ODD_TEXTS,
    st.sampled_from([[], [[]], [None], {}, {"": {}}, {"a": 1}, [{}] * 60]),
    st.recursive(st.none(), lambda inner: st.lists(inner, max_size=2), max_leaves=5),
)
DEEP: Any = json.loads("[" * 200 + "]" * 200)


@st.composite
def spoilt(draw: Any, body: Any) -> Any:
    """The body with one or two places spoilt."""
    body = copy.deepcopy(body)
    for _ in range(draw(st.sampled_from([1, 1, 1, 2]))):
        body = draw(_once(body))
    return body


@st.composite
def _once(draw: Any, body: Any) -> Any:
    path = draw(st.sampled_from(list(places(body))))
    how = draw(st.sampled_from(["replace", "replace", "drop", "wrap", "add", "deep", "again"]))
    value = at(body, path)
    if how == "drop" and path:
        return _without(body, path)
    if how == "add" and isinstance(value, dict):
        return put(body, path, {**value, draw(ODD_TEXTS): draw(JUNK)})
    if how == "again" and isinstance(value, list) and value:
        return put(body, path, value * 60)
    if how == "wrap":
        return put(body, path, [value])
    if how == "deep":
        return put(body, path, DEEP)
    return put(body, path, draw(JUNK))


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place of a value, itself first."""
    yield path
    if isinstance(value, dict):
        for name, part in value.items():
            yield from places(part, (*path, name))
    elif isinstance(value, list):
        for place, part in enumerate(value[:3]):
            yield from places(part, (*path, place))


def at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def put(body: Any, path: Path, value: Any) -> Any:
    """The body with another value at a place."""
    value = copy.deepcopy(value)
    if not path:
        return value
    at(body, path[:-1])[path[-1]] = value
    return body


def _without(body: Any, path: Path) -> Any:
    del at(body, path[:-1])[path[-1]]
    return body


def raw_bodies(body: Any) -> list[bytes]:
    """What is no JSON, or only nearly."""
    good = json.dumps(body).encode()
    return [
        b"",
        good[:-1],
        good + b"}",
        b"\xff\xfe" + good,
        b"\xef\xbb\xbf" + good,
        good.replace(b'"', b"'"),
        good.replace(b":", b": NaN, ", 1),
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1e999999}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": "\xff"}',
        b'{"a": "\\ud800"}',
        b'{"a": "\\udc00\\ud800"}',
        b'{"a": "\xed\xa0\x80"}',
        b"[" * 20_000 + b"]" * 20_000,
        b'{"a":' * 2_000 + b"1" + b"}" * 2_000,
        b"null",
        b"[]",
        b'"text"',
        b"1",
        b"{}",
        b"{}{}",
        b'{"": 1, "": 2}',
    ]
