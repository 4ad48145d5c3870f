# SPDX-License-Identifier: Apache-2.0
"""The metadata of all aggregates a host is in, merged: key → the values any of them gives.

Values are lists separated by commas, as operators write them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping


class Metadata(dict[str, frozenset[str]]):
    """Merged metadata; hashable by content, never changed once made."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))


def merged(aggregates: Iterable[Mapping[str, str]]) -> Metadata:
    """Every value of every key over the aggregates of one host."""
    values: dict[str, set[str]] = {}
    for metadata in aggregates:
        for key, text in metadata.items():
            values.setdefault(key, set()).update(part.strip() for part in str(text).split(","))
    return Metadata({key: frozenset(found) for key, found in values.items()})


def smallest_number(metadata: Metadata, key: str, default: float) -> float:
    """The smallest number among a key's values; `default` where there is none."""
    numbers = []
    for text in metadata.get(key, ()):
        try:
            numbers.append(float(text))
        except ValueError:
            continue
    return min(numbers, default=default)
