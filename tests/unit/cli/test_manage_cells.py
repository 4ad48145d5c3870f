# SPDX-License-Identifier: Apache-2.0
"""The verbs of cells and of the index, with cells that answer."""

from __future__ import annotations

from sqlalchemy import select

from nova_cells.global_api import cell_registry
from nova_cells.global_api.aggregates import Aggregates
from nova_cells.global_api.db.tables.operations import journal
from nova_cells.global_api.index.server_index import ServerIndex
from nova_cells.objects import Instance
from tests.unit.cli.manage_case import ManageCase
from tests.unit.global_api.scripted_cell import ScriptedCell
from tests.unit.global_api.world import spec


class IndexTest(ManageCase):
    def setUp(self) -> None:
        super().setUp()
        self.east = self.cell("east")
        self.uuids = [self.born(self.east) for _ in range(3)]

    def born(self, cell: ScriptedCell) -> str:
        instance = Instance.from_spec(spec())
        instance.vm_state = "active"
        instance.task_state = None
        cell.instances[instance.uuid] = instance
        return str(instance.uuid)

    def verify(self, *words: str, code: int = 1) -> list[tuple[str, str, bool]]:
        rows = self.told("index", "verify", "--settle", "0", *words, code=code)
        return [(row["Server"], row["Difference"], row["Repaired"]) for row in rows]

    def test_what_differs_is_told_and_left_alone(self) -> None:
        wanted = sorted((uuid, "missing", False) for uuid in self.uuids)
        for _again in range(2):
            self.assertEqual(wanted, sorted(self.verify()))

    def test_a_repair_leaves_no_difference(self) -> None:
        wanted = sorted((uuid, "missing", True) for uuid in self.uuids)
        self.assertEqual(wanted, sorted(self.verify("--repair", code=0)))
        self.assertEqual([], self.verify(code=0))

    def test_an_index_is_filled_again(self) -> None:
        self.east.host("east-1")
        (row,) = self.told("index", "rebuild")
        self.assertEqual(["east", 3, 0, "done"], list(row.values()))
        self.assertEqual([], self.verify(code=0))
        self.assertEqual("east", ServerIndex(self.database).get(self.uuids[0]) and "east")
        (host,) = self.told("host", "list")
        self.assertEqual("east-1", host["Host"])

    def test_a_cell_that_does_not_answer_is_named(self) -> None:
        cell_registry.create(self.database, "e" * 36, "west", "local://nobody")
        self.east.instances.clear()
        for verb in ("verify", "rebuild"):
            rows = self.told("index", verb, code=1)
            self.assertEqual("west", rows[-1]["Cell"])
            self.assertEqual([], self.told("index", "verify", "--cell", "east"))


class StatesTest(ManageCase):
    def test_a_cell_is_fenced_and_comes_back_closed(self) -> None:
        self.cell("east")
        self.assertIn("--its-hosts-are-off", self.refused("cell", "fence", "east"))
        fenced = self.told("cell", "fence", "east", "--its-hosts-are-off")
        self.assertEqual(("fenced", False), (fenced["State"], fenced["Enabled"]))
        self.assertIn("readmit", self.refused("cell", "enable", "east"))
        self.assertEqual("disabled", self.told("cell", "readmit", "east")["State"])
        self.assertEqual(["readmit"], self.begun(), "a router tells it what became of its servers")
        self.assertIn("believed already", self.refused("cell", "readmit", "east"))
        self.assertEqual("enabled", self.told("cell", "enable", "east")["State"])

    def begun(self) -> list[str]:
        """Kinds of global operations."""
        kinds = select(journal.operations.c.kind)
        return self.database.read(lambda c: list(c.scalars(kinds)))

    def test_rules_are_said_and_taken_back(self) -> None:
        self.cell("east")
        words = ("--zone", "gold", "--zone", "blue", "--canary", "5", "--max-instances", "100")
        shown = self.told("cell", "update", "east", *words)
        self.assertEqual("zones=gold+blue, canary=5, max_instances=100", shown["Rules"])
        shown = self.told("cell", "update", "east", "--no-zones", "--canary", "none")
        self.assertEqual("max_instances=100", shown["Rules"])
        self.assertIn("below zero", self.refused("cell", "update", "east", "--weight=-1"))

    def test_a_limit_of_hosts_goes_to_the_cells(self) -> None:
        east, aggregates = self.cell("east"), Aggregates(self.database, default_zone="nova")
        self.told("cell", "update", "east", "--max-hosts", "3")
        bundle = aggregates.bundle()
        self.assertEqual((1, {east.uuid: 3}), (bundle.generation, bundle.host_limits))
        self.told("cell", "update", "east", "--max-hosts", "none")
        bundle = aggregates.bundle()
        self.assertEqual((2, {}), (bundle.generation, bundle.host_limits))
        self.told("cell", "update", "east", "--canary", "5")
        self.assertEqual(2, aggregates.generation(), "what cells need not know is not told")

    def test_a_reference_is_kept_and_shown_as_it_is(self) -> None:
        self.cell("east")
        shown = self.told("cell", "update", "east", "--transport-url-from", "env:EAST_URL")
        self.assertEqual("env:EAST_URL", shown["Transport"])
        self.assertIn("EAST_URL", self.refused("cell", "show", "east"))

    def test_no_two_cells_have_one_bus(self) -> None:
        east = self.cell("east")
        self.cell("west")
        file = self.folder / "url"
        file.write_text(east.url)
        words = ("cell", "update", "west", "--transport-url-file", str(file))
        self.assertIn("east has this bus", self.refused(*words))
