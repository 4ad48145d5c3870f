# SPDX-License-Identifier: Apache-2.0
"""The WSGI application: the layers in order, and the resources found by scanning.

From outside in: entry (ids, path), the token layer, the caller's context, then Pyramid with one
tween that answers faults. `make_app` makes as many independent applications as are asked for.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from oslo_config import cfg
from pyramid.config import Configurator
from pyramid.request import Request

from nova_cells.global_api import resources, versions
from nova_cells.global_api.admin.app import Beside, make_admin
from nova_cells.global_api.admin.page.sessions import Sessions, SignedIn
from nova_cells.global_api.entry import Entry, WsgiApp
from nova_cells.global_api.identity import with_identity
from nova_cells.global_api.policies import Policies
from nova_cells.global_api.requests import RequestWords


class ApiRequest(RequestWords, Request):
    """A Pyramid request that knows this API's words."""


def make_app(side: Any) -> WsgiApp:
    """The whole API over one global side."""
    versions.load()
    conf = side.conf
    policies = Policies(conf)
    sessions = Sessions.from_conf(conf)
    both = Beside(_pyramid(side, policies), make_admin(side, policies, sessions))
    application = with_identity(both, conf, policies.makes_admin)
    entry = Entry(SignedIn(application, sessions), conf.api.max_request_body_size)
    return _behind_proxy(entry, conf) if conf.api.behind_proxy else entry


def _behind_proxy(application: WsgiApp, conf: cfg.ConfigOpts) -> WsgiApp:
    """Let the scheme and host a proxy forwards be those of our links."""
    from oslo_middleware import HTTPProxyToWSGI  # slow to import, and seldom needed

    proxied = HTTPProxyToWSGI(application, conf)
    conf.set_override("enable_proxy_headers_parsing", True, "oslo_middleware")
    return proxied


def _pyramid(side: Any, policies: Policies) -> WsgiApp:
    config = Configurator(request_factory=ApiRequest, exceptionresponse_view=None)
    config.registry.side = side
    config.registry.policies = policies
    config.registry.link_prefix = (side.conf.api.compute_link_prefix or "").rstrip("/")
    config.add_tween("nova_cells.global_api.faults_http.faults_tween_factory")
    include_operations(config)
    return config.make_wsgi_app()


def include_operations(config: Configurator) -> None:
    """Every route, and every operation that is declared."""
    config.include("nova_cells.global_api.operations_config")
    for package in _packages():
        config.include(package)
        config.scan(package)


def _packages() -> list[Any]:
    """The collections; those that nobody asks for come last, for routes are tried in order."""
    found = pkgutil.iter_modules(resources.__path__, resources.__name__ + ".")
    packages = [importlib.import_module(each.name) for each in found]
    wanted = [package for package in packages if hasattr(package, "includeme")]
    return sorted(wanted, key=lambda package: getattr(package, "SELDOM", False))
