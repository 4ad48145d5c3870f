# SPDX-License-Identifier: Apache-2.0
"""Traits of all hosts as bit columns: one word column for each 64 traits ever seen.

The index only grows. A trait it does not know is one no host has.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from nova_cells.cell.scheduler.amounts import grown

WORD = 64


class TraitColumns:
    """A bitset per host, laid out by word so that a filter touches only the words it needs."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._bits: dict[str, int] = {}
        self._words: list[np.ndarray] = []

    def grow(self, room: int) -> None:
        self._room = room
        self._words = [grown(word, room) for word in self._words]

    def set(self, row: int, traits: Iterable[str]) -> None:
        masks = self._masks(self._bit(trait) for trait in traits)
        for number, word in enumerate(self._words):
            word[row] = masks.get(number, 0)

    def having(self, traits: Iterable[str], size: int) -> np.ndarray:
        """Hosts that have every one of `traits`."""
        bits = [self._bits.get(trait) for trait in traits]
        if None in bits:
            return np.zeros(size, bool)
        found = np.ones(size, bool)
        for number, mask in self._masks(bits).items():  # type: ignore[arg-type]
            found &= (self._words[number][:size] & np.uint64(mask)) == np.uint64(mask)
        return found

    def lacking(self, traits: Iterable[str], size: int) -> np.ndarray:
        """Hosts that have none of `traits`."""
        known = [self._bits[trait] for trait in traits if trait in self._bits]
        found = np.ones(size, bool)
        for number, mask in self._masks(known).items():
            found &= (self._words[number][:size] & np.uint64(mask)) == 0
        return found

    def _bit(self, trait: str) -> int:
        bit = self._bits.setdefault(trait, len(self._bits))
        if bit // WORD == len(self._words):
            self._words.append(np.zeros(self._room, np.uint64))
        return bit

    @staticmethod
    def _masks(bits: Iterable[int]) -> dict[int, int]:
        masks: dict[int, int] = {}
        for bit in bits:
            masks[bit // WORD] = masks.get(bit // WORD, 0) | (1 << (bit % WORD))
        return masks
