# SPDX-License-Identifier: Apache-2.0
"""Each service is reached as its own section says: region and interface, authority and key."""

from __future__ import annotations

import contextlib
import ssl
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nova_cells.cli import config
from nova_cells.clients import baremetal, identity, images, network, volumes
from nova_cells.clients.identity.faults import IdentityUnavailable
from nova_cells.clients.images import ImageFault
from nova_cells.clients.service_faults import ServiceFault
from tests.unit.clients.calling.case import CallingCase
from tests.unit.clients.calling.certificates import authority

FAULTS = (ServiceFault, ImageFault, IdentityUnavailable)
UUID = "0f0e0d0c-0b0a-4908-8706-050403020100"
ASKED: dict[str, Callable[[Any], Any]] = {
    "neutron": lambda conf: network.ports_from_conf(conf).of_server(UUID),  # type: ignore[union-attr]
    "cinder": lambda conf: volumes.attachments_from_conf(conf).volume(UUID),  # type: ignore[union-attr]
    "glance": lambda conf: images.from_conf(conf).list(None),
    "ironic": lambda conf: baremetal.from_conf(conf).node(UUID),
    "keystone": lambda conf: identity.from_conf(conf).has_project("a"),
}
"""One question to each; what the answer is worth does not matter here."""


class EachServiceTest(CallingCase):
    def ask(self, section: str, **changes: Any) -> list[str]:
        """The paths that the service was asked for."""
        conf = config.load()
        conf.set_override("source", "glance", group="images")
        told = {"auth_url": self.far.url, "username": "nova", "password": "sesame"}
        for name, value in {**told, **changes}.items():
            conf.set_override(name, value, group=section)
        self.far.asked.clear()
        with contextlib.suppress(*FAULTS):
            ASKED[section](conf)
        return self.paths()

    def test_every_service_has_a_question(self) -> None:
        groups = config.option_groups()
        sections = {
            name for name, opts in groups.items() if "breaker_pause" in {opt.name for opt in opts}
        }
        self.assertEqual(sections, set(ASKED))

    def test_region_and_interface_of_its_section(self) -> None:
        for section in sorted(set(ASKED) - {"keystone"}):
            for region, interface in (("two", "public"), ("one", "internal")):
                with self.subTest(f"{section} {region} {interface}"):
                    where = {"region_name": region, "valid_interfaces": [interface]}
                    paths = self.ask(section, **where)
                    self.assertTrue(paths, "nobody was asked")
                    self.assertEqual([], [p for p in paths if f"/{region}/{interface}" not in p])

    def test_an_address_of_its_own_is_asked(self) -> None:
        for section in ASKED:
            with self.subTest(section):
                paths = self.ask(section, endpoint_override=f"{self.far.url}/own")
                self.assertTrue(paths and all(path.startswith("/own") for path in paths), paths)


class AuthorityTest(EachServiceTest):
    """The same over TLS, with an authority that only the section's cafile names."""

    def setUp(self) -> None:
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.ca, certificate = authority(Path(folder.name), "ours")
        self.wrong, _other = authority(Path(folder.name), "others")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.far.socket = context.wrap_socket(
            self.far.socket, server_side=True, do_handshake_on_connect=False
        )
        self.far.scheme = "https"

    def ask(self, section: str, **changes: Any) -> list[str]:
        return super().ask(section, **{"cafile": str(self.ca), **changes})

    def test_another_authority_is_not_believed(self) -> None:
        for section in ASKED:
            with self.subTest(section):
                self.assertEqual([], self.ask(section, cafile=str(self.wrong)))
                self.assertEqual([], self.ask(section, cafile=None))
                self.assertEqual(0, self.far.tokens, "a password was sent to a stranger")
