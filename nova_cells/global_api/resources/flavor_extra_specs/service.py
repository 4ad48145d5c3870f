# SPDX-License-Identifier: Apache-2.0
"""Setting and removing extra specs. Servers that exist keep the specs they were made with."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nova_cells.global_api.faults import BadRequest, NotFound
from nova_cells.global_api.resources.flavor_extra_specs.rules import fault_of
from nova_cells.global_api.resources.flavors import store
from nova_cells.global_api.resources.flavors.service import FlavorNotFound
from nova_cells.runtime.clock import now
from nova_cells.runtime.db import Database


class ExtraSpecNotFound(NotFound):
    """The flavor has no extra spec of this name."""

    def __init__(self, flavorid: str, key: str) -> None:
        super().__init__(f"Flavor {flavorid} has no extra specs with key {key}.")


class ExtraSpecService:
    """The extra specs of flavors."""

    def __init__(self, database: Database, clock: Callable[[], int] = now) -> None:
        self._database = database
        self._clock = clock

    def put(
        self, flavorid: str, specs: Mapping[str, object], *, known_values_only: bool
    ) -> dict[str, str]:
        """Set specs; numbers become text. Answers what was set."""
        texts = {name: _text(value) for name, value in specs.items()}
        if known_values_only:
            for name, value in texts.items():
                if wrong := fault_of(name, value):
                    raise BadRequest(wrong)
        self._change(flavorid, lambda present: present.update(texts))
        return texts

    def remove(self, flavorid: str, key: str) -> None:
        def drop(present: dict[str, str]) -> None:
            if present.pop(key, None) is None:
                raise ExtraSpecNotFound(flavorid, key)

        self._change(flavorid, drop)

    def _change(self, flavorid: str, change: Callable[[dict[str, str]], None]) -> None:
        if not self._database.write(
            lambda connection: store.change_extra_specs(connection, flavorid, change, self._clock())
        ):
            raise FlavorNotFound(flavorid)


def _text(value: object) -> str:
    return value if isinstance(value, str) else str(value)
