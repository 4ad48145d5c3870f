# SPDX-License-Identifier: Apache-2.0
"""How one fact is written as one line: a checksum, a blank, JSON.

A line that is torn, or damaged later, fails its checksum and is passed over; the lines after it
are facts all the same.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

import orjson


def encode(record: dict[str, Any]) -> bytes:
    """One record as a line."""
    body = orjson.dumps(record)
    return b"%08x %b\n" % (zlib.crc32(body), body)


def decode(line: bytes) -> dict[str, Any] | None:
    """The record of a line without its newline; None if the line is not whole."""
    if len(line) < 10 or line[8:9] != b" ":
        return None
    body = line[9:]
    try:
        if int(line[:8], 16) != zlib.crc32(body):
            return None
        return orjson.loads(body)
    except ValueError:
        return None


def read(content: bytes) -> Iterator[dict[str, Any] | None]:
    """All records of a file; None for each line that can't be trusted."""
    for line in content.split(b"\n"):
        if line:
            yield decode(line)
