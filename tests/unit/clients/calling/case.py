# SPDX-License-Identifier: Apache-2.0
"""A far service and the `Service` that calls it, for each test."""

from __future__ import annotations

import unittest
from typing import Any
from unittest import mock

from oslo_config import cfg

from nova_cells.clients.calling import service as calling
from nova_cells.clients.calling.opts import service_options
from nova_cells.clients.calling.service import Service
from nova_cells.runtime.context import RequestContext
from tests.unit.clients.calling.far_service import FarService

MIA = RequestContext(
    project_id="a0000000000000000000000000000000", user_id="mia", auth_token="mias-token"
)


def options_of(url: str, **more: Any) -> Any:
    """A section [far] with a password at `url`."""
    conf = cfg.ConfigOpts()
    conf.register_opts(service_options("Far", "network"), group="far")
    conf([], default_config_files=[])
    values = {"auth_url": url, "username": "nova", "password": "sesame", "region_name": "one"}
    for name, value in {**values, "timeout": 5.0, **more}.items():
        conf.set_override(name, value, group="far")
    return conf.far


class CallingCase(unittest.TestCase):
    def setUp(self) -> None:
        self.far = FarService()
        self.far.begin()
        self.addCleanup(self.far.end)
        patched = mock.patch.object(calling, "PAUSE", 0.001)
        patched.start()
        self.addCleanup(patched.stop)

    def service(self, url: str | None = None, **more: Any) -> Service:
        kind = more.pop("service_type", "network")
        options = options_of(url or self.far.url, service_type=kind, **more)
        made = Service(options, service_type=kind, name=kind, version="v2.0")
        self.addCleanup(made.close)
        return made

    def paths(self) -> list[str]:
        return [path for _method, path, _headers, _body in self.far.asked]
