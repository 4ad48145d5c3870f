# SPDX-License-Identifier: Apache-2.0
"""The web page below /cells: server-rendered, with one style sheet and one small script of ours."""

from typing import Any

ROUTES = {
    "page.fleet": "/",
    "page.login": "/login",
    "page.logout": "/logout",
    "page.live": "/live.json",
    "page.cell": "/cell/{cell}",
    "page.host": "/host/{host}",
    "page.operation": "/operation/{place}/{key:.+}",
    "page.find": "/server",
    "page.server": "/server/{uuid}",
    "page.static": "/static/{file}",
}


def includeme(config: Any) -> None:
    for name, pattern in ROUTES.items():
        config.add_route(name, pattern)
