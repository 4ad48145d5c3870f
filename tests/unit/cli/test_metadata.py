# SPDX-License-Identifier: Apache-2.0
"""`nova-cells-metadata` from its configuration: what it needs, whom it asks, how it fails."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import unittest
import uuid as uuids

from nova_cells.cell.metadata.sources import NoAnswer, NoGuest
from nova_cells.cli import config, metadata
from nova_cells.cli.config import ConfigurationIncomplete
from nova_cells.cli.metadata import AllCells
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.router.cell_handle import NotAsked
from nova_cells.runtime.db import DatabaseFault

UUID = "5d0c3a52-90f4-4e0b-8f0e-4b1f2b4a7f11"


class ConfiguredTest(unittest.TestCase):
    def conf(self, **options):
        conf = config.load([], [])
        for name, value in options.items():
            group, _, option = name.partition("__")
            conf.set_override(option, value, group=group)
        return conf

    def test_without_a_secret_nobody_is_served(self):
        with self.assertRaises(ConfigurationIncomplete) as caught:
            metadata.make(self.conf(cell__transport_url="local://x"))
        self.assertIn("[metadata] shared_secret", str(caught.exception))

    def test_it_needs_a_cell_or_the_database(self):
        with self.assertRaises(ConfigurationIncomplete) as caught:
            metadata.make(self.conf(metadata__shared_secret="s"))
        self.assertIn("[cell] transport_url", str(caught.exception))

    def test_a_cell_that_is_away_is_a_503(self):
        services = metadata.make(
            self.conf(
                metadata__shared_secret="s",
                metadata__port=0,
                metadata__timeout=0.3,
                cell__transport_url=f"local://{uuids.uuid4()}",
            )
        )
        for service in services:
            service.start()
            self.addCleanup(service.stop)
        connection = http.client.HTTPConnection("127.0.0.1", services[-1].port, timeout=10)
        self.addCleanup(connection.close)
        signature = hmac.new(b"s", UUID.encode(), hashlib.sha256).hexdigest()
        headers = {
            "X-Instance-ID": UUID,
            "X-Tenant-ID": "p",
            "X-Instance-ID-Signature": signature,
        }
        connection.request("GET", "/openstack/latest/meta_data.json", headers=headers)
        self.assertEqual(503, connection.getresponse().status)


class Index:
    def __init__(self, row=None, fault=None):
        self._row, self._fault = row, fault

    def get(self, _uuid):
        if self._fault:
            raise self._fault
        return self._row


class Away:
    def get(self, _uuid):
        return None


class Silent:
    def get(self, _uuid):
        return self

    def call(self, *_words, **_arguments):
        raise NotAsked("it does not answer")


class AllCellsTest(unittest.TestCase):
    def row(self, deleted=False):
        return IndexRow(UUID, "c", "p", 1, 1, deleted, True, {})

    def test_a_server_nobody_knows_or_that_is_deleted(self):
        for row in (None, self.row(deleted=True)):
            source = AllCells(Silent(), Index(row), 1.0)
            self.assertRaises(NoGuest, source.guest, UUID)
            self.assertRaises(NoGuest, source.take_password, UUID, "x")

    def test_whatever_is_away_is_no_answer(self):
        for cells, index in (
            (Away(), Index(self.row())),
            (Silent(), Index(self.row())),
            (Silent(), Index(fault=DatabaseFault("away"))),
        ):
            self.assertRaises(NoAnswer, AllCells(cells, index, 1.0).guest, UUID)
