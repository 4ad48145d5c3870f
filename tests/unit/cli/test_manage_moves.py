# SPDX-License-Identifier: Apache-2.0
"""server move and cell drain: they begin what routers do, and tell how far that is."""

from __future__ import annotations

import uuid as uuids

from nova_cells.global_api import cell_registry, wishes
from nova_cells.global_api.index import hosts, write
from nova_cells.global_api.index.write import Head
from nova_cells.objects import Instance
from tests.unit.cli.manage_case import ManageCase
from tests.unit.global_api.world import spec


class CellsCase(ManageCase):
    """Two cells that nobody serves."""

    def setUp(self) -> None:
        super().setUp()
        self.east, self.west = str(uuids.uuid4()), str(uuids.uuid4())
        for uuid, name in ((self.east, "east"), (self.west, "west")):
            cell_registry.create(self.database, uuid, name, f"local://{uuid}")


class MovesTest(CellsCase):
    def server(self) -> str:
        """One that the index knows in the east."""
        wish = spec()
        document = Instance.from_spec(wish).document() | {
            "vm_state": "active",
            "task_state": None,
        }
        self.database.write(lambda c: write.apply(c, [Head(document, self.east)]))
        self.database.write(lambda c: wishes.remember(c, [wish]))
        return str(document["uuid"])

    def test_only_a_fenced_cell_is_evacuated(self) -> None:
        server = self.server()
        self.assertIn("fenced", self.refused("cell", "evacuate", "east"))
        self.assertIn("not fenced", self.refused("server", "evacuate", server))
        self.done("cell", "fence", "east", "--its-hosts-are-off")
        [left] = self.told("cell", "evacuate", "east")
        self.assertEqual({"Server": server, "State": "waits", "Message": ""}, left)
        self.done("cell", "evacuate", "east", "--pause")
        self.done("cell", "evacuate", "east", "--resume")

    def test_a_cell_is_not_readmitted_in_the_midst_of_it(self) -> None:
        server = self.server()
        self.done("cell", "fence", "east", "--its-hosts-are-off")
        told = self.told("server", "evacuate", server, "--to-cell", "west")
        self.assertEqual((server, "open", "west"), (told["Server"], told["State"], told["To"]))
        self.assertIn("made again elsewhere", self.refused("cell", "readmit", "east"))

    def test_a_move_is_begun_once(self) -> None:
        server = self.server()
        told = self.told("server", "move", server, "--to-cell", "west")
        self.assertEqual((server, "open", "west"), (told["Server"], told["State"], told["To"]))
        self.assertIn("on its way", self.refused("server", "move", server))

    def test_what_is_in_no_cell_is_not_moved(self) -> None:
        self.assertIn("no cell", self.refused("server", "move", str(uuids.uuid4())))

    def test_a_host_is_named_with_its_cell(self) -> None:
        self.assertIn("--to-cell", self.refused("server", "move", self.server(), "--host", "h1"))

    def test_a_drain_closes_the_cell_and_lists_what_is_left(self) -> None:
        server = self.server()
        [left] = self.told("cell", "drain", "east")
        self.assertEqual({"Server": server, "State": "waits", "Message": ""}, left)
        self.assertEqual("draining", self.told("cell", "show", "east")["State"])
        self.done("cell", "drain", "east", "--pause")
        self.done("cell", "drain", "east", "--resume")

    def test_a_dry_run_of_a_drain_closes_nothing(self) -> None:
        server = self.server()
        [left] = self.told("cell", "drain", "east", "--dry-run")
        self.assertEqual(server, left["Server"])
        self.assertEqual("enabled", self.told("cell", "show", "east")["State"])
        cell_registry.change(self.database, "east", state="fenced")
        self.assertIn("fenced", self.refused("cell", "drain", "east", "--dry-run"))

    def test_what_is_not_drained_is_not_paused(self) -> None:
        self.assertIn("not being drained", self.refused("cell", "drain", "east", "--pause"))

    def test_nothing_leaves_a_cell_that_is_fenced(self) -> None:
        cell_registry.change(self.database, "east", state="fenced")
        self.assertIn("fenced", self.refused("cell", "drain", "east"))


class HostMoveTest(CellsCase):
    """Only what the command adds: what is refused and done is `test_move_host`'s."""

    def setUp(self) -> None:
        super().setUp()
        record = {"name": "h1", "uuid": str(uuids.uuid4()), "node": "h1", "up": True}
        record |= {"enabled": True, "forced_down": False, "deleted": False, "last_seen": 0}
        self.database.write(lambda c: hosts.take(c, self.east, record, 1, "nova"))

    def test_a_host_is_sent_once(self) -> None:
        told = self.told("host", "move", "h1", "--to-cell", "west")
        self.assertEqual(("east", "west", "open"), (told["From"], told["To"], told["State"]))
        again = self.told("host", "move", "h1", "--to-cell", "west")
        self.assertEqual(told["Operation"], again["Operation"])

    def test_a_dry_run_does_nothing(self) -> None:
        told = self.told("host", "move", "h1", "--to-cell", "west", "--dry-run")
        self.assertEqual(
            (0, None, "nothing done"), (told["Servers"], told["Operation"], told["State"])
        )

    def test_it_is_refused_with_the_reason(self) -> None:
        self.assertIn("no host h2", self.refused("host", "move", "h2", "--to-cell", "west"))
        self.assertIn(
            "in cell east already", self.refused("host", "move", "h1", "--to-cell", "east")
        )
