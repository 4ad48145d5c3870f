# SPDX-License-Identifier: Apache-2.0
"""Addresses of the local network in each database: nobody gets one that somebody has."""

from __future__ import annotations

import threading
import uuid as uuids

from nova_cells.cell.db import addresses
from tests.stores.base import on_every_database
from tests.stores.test_cell_stores import CellStoreCase

NETWORK = "99999999-9999-4999-8999-999999999999"


def row(address, uuid=None):
    """A port that wants an address."""
    return {
        "network_id": NETWORK,
        "address": address,
        "port_id": str(uuids.uuid4()),
        "uuid": uuid or str(uuids.uuid4()),
        "mac": "fa:16:3e:00:00:01",
        "created_at": 1,
    }


@on_every_database
class AddressesTest(CellStoreCase):
    def taken(self):
        return self.read(addresses.taken, NETWORK)

    def test_one_address_is_taken_once(self):
        first, second = row("10.0.0.2"), row("10.0.0.2")
        self.assertEqual({first["port_id"]}, self.write(addresses.take, [first]))
        self.assertEqual(set(), self.write(addresses.take, [second]))
        self.assertEqual({"10.0.0.2"}, self.taken())

    def test_of_many_those_get_theirs_whose_address_is_free(self):
        self.write(addresses.take, [row("10.0.0.3")])
        many = [row("10.0.0.4"), row("10.0.0.3"), row("10.0.0.2")]
        got = self.write(addresses.take, many)
        self.assertEqual({many[0]["port_id"], many[2]["port_id"]}, got)
        self.assertEqual({"10.0.0.2", "10.0.0.3", "10.0.0.4"}, self.taken())
        self.assertEqual(set(), self.write(addresses.take, []))

    def test_they_are_given_back_by_server_and_by_port(self):
        one, other = str(uuids.uuid4()), str(uuids.uuid4())
        rows = [row("10.0.0.2", one), row("10.0.0.3", one), row("10.0.0.4", other)]
        self.write(addresses.take, rows)
        self.write(addresses.free_port, rows[0]["port_id"])
        self.assertEqual({"10.0.0.3", "10.0.0.4"}, self.taken())
        self.write(addresses.free, one)
        self.assertEqual({"10.0.0.4"}, self.taken())
        self.write(addresses.free_all, [other, one])
        self.assertEqual(set(), self.taken())

    def test_of_many_at_once_one_wins(self):
        wins, ready = [], threading.Barrier(6)

        def want():
            mine = row("10.0.0.9")
            ready.wait()
            if self.write(addresses.take, [mine]):
                wins.append(mine["port_id"])

        threads = [threading.Thread(target=want) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(1, len(wins))
