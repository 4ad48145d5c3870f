# SPDX-License-Identifier: Apache-2.0
"""What this API does not do any more: 404 for mere proxies, 410 for what was removed.

These answer in every version, whatever the query or the body; only a token is needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nova_cells.global_api.resources.retired import answers
from nova_cells.global_api.resources.retired.tables import (
    GONE,
    GONE_ACTIONS,
    PROXIES,
    PROXY_ACTIONS,
    Paths,
)

SELDOM = True
SERVER_ACTION = "/servers/{id}/action"


def includeme(config: Any) -> None:
    paths = [*PROXIES, *PROXY_ACTIONS, *GONE, *GONE_ACTIONS]
    for path in sorted(set(paths) - {SERVER_ACTION}, key=lambda path: path.count("{id}")):
        config.add_route(_route(path), path)
    for table, answer in ((PROXIES, answers.NOT_FOUND), (GONE, answers.GONE)):
        for path, method in _pairs(table):
            config.add_operation(answer, _route(path), method, "2.1-", None)
    for table, answer in ((PROXY_ACTIONS, answers.NOT_FOUND), (GONE_ACTIONS, answers.GONE)):
        for path, action in _pairs(table):
            config.add_operation(answer, _route(path), "POST", "2.1-", action)
    config.add_operation(
        answers.NO_RDP, _route(SERVER_ACTION), "POST", "2.1-2.5", "os-getRDPConsole"
    )


def _pairs(table: Paths) -> Iterator[tuple[str, str]]:
    return ((path, each) for path, found in table.items() for each in found)


def _route(path: str) -> str:
    return "server_action" if path == SERVER_ACTION else f"retired {path}"
