# SPDX-License-Identifier: Apache-2.0
"""The sweep of `test_crashes` over resizes that stay where they are: a cell of one host."""

from __future__ import annotations

from typing import Any

from tests.unit.cell.conductor.test_crashes import LARGE, CrashCase, sweep

SIZE = {"flavor": LARGE}


class InPlaceTest(CrashCase):
    """One test for each kind is added below."""

    hosts = ("h1",)

    def arranged(self, kind: str) -> tuple[list[tuple[str, dict[str, Any]]], dict[str, Any]]:
        before: list[tuple[str, dict[str, Any]]] = [("build", {})]
        if kind == "resize":
            return before, SIZE
        state = {"state": "active"} if kind == "reset_state" else {}
        return [*before, ("resize", SIZE)], state


for _kind in ("resize", "confirm_resize", "revert_resize", "reset_state", "delete"):
    setattr(InPlaceTest, f"test_{_kind}_survives_one_or_two_deaths", sweep(_kind, None, twice=True))
_refused = {"resize_machine": ["refused"] * 9}
InPlaceTest.test_a_failed_resize = sweep("resize", _refused, twice=False)  # type: ignore[attr-defined]
