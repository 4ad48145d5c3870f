# SPDX-License-Identifier: Apache-2.0
"""Keystone and Glance with accounts in them, and the files that make others use them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kit import glance, keystone
from kit.catalog import Catalog

IMAGES = """\

[images]
source = glance

[glance]
auth_url = {keystone}
username = nova
password = {password}
endpoint_override = {glance}
"""

IDENTITY = """\

[keystone]
auth_url = {keystone}
username = nova
password = {password}
region_name = RegionOne
"""

CLOUDS = """\
clouds:
  nova-cells-admin:
    auth: &admin
      auth_url: {keystone}
      username: admin
      password: {password}
      project_name: admin
      user_domain_name: Default
      project_domain_name: Default
    region_name: RegionOne
    compute_default_microversion: '2.104'
  nova-cells:
    auth:
      auth_url: {keystone}
      username: demo
      password: {password}
      project_name: demo
      user_domain_name: Default
      project_domain_name: Default
    region_name: RegionOne
    compute_default_microversion: '2.104'
"""


@dataclass(frozen=True)
class Companions:
    """The running services; every account has the one password."""

    keystone: keystone.Keystone
    glance: glance.Glance
    catalog: Catalog

    def identity(self) -> str:
        """Sections for whoever checks tokens and asks for projects and limits: the API."""
        return "\n" + self.keystone.authtoken("nova", "compute") + self._filled(IDENTITY)

    def images(self) -> str:
        """Sections for whoever deals with images: the API, conductors and compute agents."""
        return self._filled(IMAGES)

    def clouds(self) -> str:
        """A clouds.yaml with an administrator and an ordinary user, demo."""
        return self._filled(CLOUDS)

    def _filled(self, text: str) -> str:
        return text.format(
            keystone=self.keystone.url, glance=self.glance.url, password=self.keystone.password
        )


def up(state: Path, password: str, compute: str) -> Companions:
    """Start what does not run; `compute` is the endpoint the catalogue gives for our API."""
    identity = keystone.up(state, password)
    catalog = Catalog(identity)
    service = catalog.project("service")
    for user in ("glance", "nova"):
        catalog.user(user, service, "admin", "service")
    catalog.user("demo", catalog.project("demo"), "member", "reader")
    image = glance.up(state, identity)
    catalog.service("image", "glance", image.url)
    catalog.service("compute", "nova", compute)
    return Companions(identity, image, catalog)
