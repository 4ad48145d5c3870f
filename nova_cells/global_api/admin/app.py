# SPDX-License-Identifier: Apache-2.0
"""The application below /cells: the API and the page, beside that of the Compute API.

Identity, policies and faults are those of the Compute API; routes, versions and sessions are not.
"""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator
from pyramid.request import Request

from nova_cells.global_api.admin import page, views
from nova_cells.global_api.admin.page.sessions import Sessions
from nova_cells.global_api.entry import WsgiApp
from nova_cells.global_api.faults import NotFound
from nova_cells.global_api.faults_http import Unrouted
from nova_cells.global_api.operations_config import add_operation_directive, check_project
from nova_cells.global_api.policies import Policies
from nova_cells.global_api.requests import RequestWords
from nova_cells.global_api.versioning import NEWEST


class AdminRequest(RequestWords, Request):
    """A request that has no version: whatever is unknown is refused."""

    microversion = NEWEST


class Root:
    """The context of every view; settles what all have in common."""

    def __init__(self, request: Any) -> None:
        table = request.registry.operations
        route = getattr(request, "matched_route", None)
        if route is None or request.method not in table.methods[route.name]:
            raise Unrouted
        if "\0" in request.path_info:
            raise NotFound("The resource could not be found.")
        check_project(request)


def make_admin(side: Any, policies: Policies, sessions: Sessions) -> WsgiApp:
    """API and page over one global side."""
    config = Configurator(request_factory=AdminRequest, exceptionresponse_view=None)
    config.registry.side = side
    config.registry.policies = policies
    config.registry.sessions = sessions
    config.registry.link_prefix = ""
    config.add_tween("nova_cells.global_api.admin.page.faults.faults_tween_factory")
    config.add_tween("nova_cells.global_api.faults_http.faults_tween_factory")  # around it
    add_operation_directive(config)
    config.set_root_factory(Root)
    for package in (views, page):
        config.include(package)
        config.scan(package)
    app: WsgiApp = config.make_wsgi_app()
    return app


class Beside:
    """Hands what was asked below /cells to one application and the rest to the other."""

    def __init__(self, application: WsgiApp, admin: WsgiApp) -> None:
        self.application = application
        self.admin = admin

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        below = environ["nova_cells.entry"] == "/cells"
        return (self.admin if below else self.application)(environ, start_response)
