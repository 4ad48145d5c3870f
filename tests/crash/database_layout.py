# SPDX-License-Identifier: Apache-2.0
"""A standalone cloud's layout whose databases are on a server: files hold the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nova_cells.cli.standalone.layout import CellPlace, Layout
from tests.stores import harness


@dataclass(frozen=True)
class ServerPlace(CellPlace):
    """A cell with its database's URL."""

    url: str = ""

    @property
    def database_url(self) -> str:
        return self.url


class ServerLayout(Layout):
    """Made by `on_server`: every layout of one class shares its databases."""

    urls: ClassVar[list[str]]

    @property
    def database_url(self) -> str:
        return self.urls[0]

    def cells(self, count: int) -> list[CellPlace]:
        return [
            ServerPlace(place.name, place.uuid, place.folder, url)
            for place, url in zip(super().cells(count), self.urls[1:], strict=False)
        ]


def on_server(kind: str, cells: int = 1) -> type[Layout]:
    """A layout class on fresh databases of a running server, one for each cell and a global one."""
    urls = [harness.new_database(kind) for _ in range(cells + 1)]
    return type(f"{kind.title()}Layout", (ServerLayout,), {"urls": urls})
