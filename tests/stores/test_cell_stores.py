# SPDX-License-Identifier: Apache-2.0
"""The small stores of a cell, each rule on each database."""

from __future__ import annotations

import uuid as uuids
from typing import Any

from nova_cells.cell.conductor.host_records import columns_of
from nova_cells.cell.db import groups, hosts, instances, outbox, singletons, tombstones
from nova_cells.cell.db.tables import journal
from nova_cells.journal.record import Record, StepRecord
from nova_cells.journal.store import JournalStore
from nova_cells.objects import FeedItem, HostReport, Inventory
from tests.stores.base import StoreCase, on_every_database
from tests.unit.cell.conductor.world import conf, group

UUID = "77777777-7777-4777-8777-777777777777"


class CellStoreCase(StoreCase):
    tree = "cell"

    def write(self, function: Any, *arguments: Any, **more: Any) -> Any:
        return self.database.write(lambda c: function(c, *arguments, **more))

    def read(self, function: Any, *arguments: Any, **more: Any) -> Any:
        return self.database.read(lambda c: function(c, *arguments, **more))


@on_every_database
class OutboxTest(CellStoreCase):
    def item(self, revision: int, **more: Any) -> FeedItem:
        document = {"uuid": UUID, "name": f"na\u00efve \U0001f600 {revision}"}
        return FeedItem(
            kind="instance", key=UUID, epoch=1, revision=revision, document=document, **more
        )

    def test_the_newest_document_and_the_earliest_due_time_stay(self):
        self.write(outbox.put, self.item(1), 100)
        self.write(outbox.put, self.item(2), 500)
        [found] = self.read(outbox.due, 100, 10)
        self.assertEqual((2, self.item(2).document), (found.revision, found.document))
        self.write(outbox.put, self.item(3, disposition="returned"), 50)
        [found] = self.read(outbox.due, 50, 10)
        self.assertEqual("returned", found.disposition)

    def test_only_what_was_acknowledged_goes(self):
        self.write(outbox.put, self.item(1), 100)
        self.write(outbox.put, self.item(2), 100)
        self.write(outbox.acknowledged, [self.item(1)])
        self.assertEqual(1, len(self.read(outbox.due, 100, 10)))
        self.write(outbox.acknowledged, [self.item(2)])
        self.assertEqual([], self.read(outbox.due, 100, 10))


@on_every_database
class HostStoreTest(CellStoreCase):
    def setUp(self) -> None:
        super().setUp()
        report = HostReport(
            name="h1",
            node="h1",
            identity=UUID,
            address="a",
            driver="sim",
            inventory=Inventory(
                vcpus=4,
                memory_mb=1024,
                disk_gb=10,
                hypervisor_type="sim",
                hypervisor_version=1,
            ),
        )
        columns = {**columns_of(report, conf()), "uuid": str(uuids.uuid4())}
        self.write(hosts.add, columns, 10)

    def host(self) -> Any:
        return self.read(hosts.get, "h1")

    def test_names_are_told_apart_by_case(self):
        self.assertIsNone(self.read(hosts.get, "H1"))

    def test_beats_are_remembered(self):
        for moment in (20, 30):
            self.write(hosts.beat, ["h1", "h2"], moment)
        self.assertEqual(30, self.host().last_seen)

    def test_custom_resources_follow_the_report_and_keep_what_is_used(self):
        self.write(hosts.set_resources, "h1", {"CUSTOM_A": 2, "CUSTOM_B": 3})
        self.write(hosts.set_resources, "h1", {"CUSTOM_B": 5})
        self.assertEqual({"h1": {"CUSTOM_B": (5, 0)}}, self.read(hosts.resources))

    def test_judged_once(self):
        turned = [self.write(hosts.turn, "h1", up=False, now=20) for _ in range(2)]
        self.assertEqual([True, False], turned)
        self.assertEqual((2, False), (self.host().revision, self.host().up))

    def test_debts_are_counted_in_the_hosts_row(self):
        work = {"generation": 1, "steps": [{"position": 3}]}
        debt = {"operation": "op", "attempt": 1, "host": "h1", "uuid": UUID, "work": work}
        for _ in range(2):
            self.write(hosts.owe, **debt, now=20)
        self.assertEqual(1, self.host().debts)
        self.assertEqual([work], self.read(hosts.debts_of, ["h1"]))
        later = {"generation": 2, "steps": [{"position": 1}]}
        self.write(hosts.owe, **{**debt, "work": later}, now=21)
        both = {"generation": 2, "steps": [{"position": 3}, {"position": 1}]}
        self.assertEqual([both], self.read(hosts.debts_of, ["h1"]))
        self.assertEqual(1, self.host().debts)
        settled = [self.write(hosts.settle, "op", 1, "h1", 30) for _ in range(2)]
        self.assertEqual(([True, False], 0), (settled, self.host().debts))

    def test_debts_about_one_instance_can_become_void(self):
        debt = {"attempt": 1, "host": "h1", "work": {"generation": 1, "steps": []}, "now": 20}
        other = str(uuids.uuid4())
        for operation, uuid in (("op-1", UUID), ("op-2", UUID), ("op-3", other)):
            self.write(hosts.owe, operation=operation, uuid=uuid, **debt)
        forgot = [self.write(hosts.forget_debts_about, "h1", UUID, 30) for _ in range(2)]
        self.assertEqual(([True, False], 1), (forgot, self.host().debts))

    def test_published_only_at_the_revision_acknowledged(self):
        self.write(hosts.published, {"h1": 99})
        self.assertEqual(1, len(self.read(hosts.unpublished, 10, 5)))
        self.write(hosts.published, {"h1": 1})
        self.assertEqual([], self.read(hosts.unpublished, 10**9, 5))


@on_every_database
class SmallStoreTest(CellStoreCase):
    def test_a_tombstone_only_grows(self):
        for epoch in (2, 1, 3):
            self.write(tombstones.put, UUID, epoch, 10)
        self.assertEqual(3, self.read(tombstones.epoch_of, UUID))
        self.write(tombstones.purge, 11)
        self.assertIsNone(self.read(tombstones.epoch_of, UUID))

    def test_a_bundle_only_grows(self):
        generations = [
            self.write(singletons.put_bundle, {"generation": n, "aggregates": []})
            for n in (2, 1, 3)
        ]
        self.assertEqual([2, 2, 3], generations)
        self.assertIsNone(self.read(singletons.bundle, 3))
        self.assertEqual(3, self.read(singletons.bundle, 2)["generation"])

    def test_a_foreign_database_stays_as_it_was(self):
        self.write(singletons.take_identity, "ours", UUID, 1)
        with self.assertRaises(singletons.ForeignDatabase):
            self.write(singletons.take_identity, "theirs", UUID, 2)
        self.write(singletons.take_identity, "ours", UUID, 3)

    def test_services(self):
        for moment in (1, 2):
            self.write(singletons.seen, "nova-conductor", "c", {"objects": {}}, moment)
        [service] = self.read(singletons.every_service)
        expected = {"binary": "nova-conductor", "host": "c", "last_seen": 2}
        self.assertEqual({**expected, "versions": {"objects": {}}}, service)
        self.assertEqual({str}, {type(name) for name in service})
        self.write(singletons.forget_services, 3)
        self.assertEqual([], self.read(singletons.every_service))

    def test_a_group_is_locked_into_being(self):
        apart = group("anti-affinity")
        for _ in range(2):
            self.assertEqual({}, self.write(groups.lock, apart))
        self.write(groups.add, apart.uuid, UUID, "h1")
        self.assertEqual({"h1": 1}, self.write(groups.lock, apart))

    def test_instances_in_the_order_of_their_uuids(self):
        for number in (3, 1, 2):
            uuid = f"{number}0000000-0000-4000-8000-000000000000"
            self.write(instances.add, document(uuid, host=f"h{number}"))
        found = self.read(instances.after, "1" + "f" * 7, 5)
        self.assertEqual(["2", "3"], [item["uuid"][0] for item in found])
        self.assertEqual(1, self.read(instances.count_on, "h1"))


@on_every_database
class JournalStoreTest(CellStoreCase):
    def setUp(self) -> None:
        super().setUp()
        self.store = JournalStore(journal)

    def record(self, name: str, **more: Any) -> Record:
        values = {
            "id": name,
            "kind": "build",
            "kind_version": 1,
            "action": "create",
            "subject": UUID,
            "deadline": 1000,
            "started_at": 1,
            "updated_at": 1,
            "place": "h1",
            "wake_at": 50,
            **more,
        }
        return Record(**values)

    def test_a_record_comes_back_as_it_was(self):
        record = self.record("op", arguments={"tried": ["h1"]}, message="\u00e4 \U0001f600")
        self.write(self.store.add, record)
        self.assertEqual(record, self.read(self.store.get, "op"))

    def test_timers(self):
        self.write(self.store.add, self.record("early"))
        self.write(self.store.add, self.record("late", deadline=60))
        self.write(self.store.add, self.record("closed", open=False))
        self.write(self.store.in_hand, ["early", "late", "closed"], 40, 90)
        times = {name: self.read(self.store.get, name).wake_at for name in ("early", "late")}
        self.assertEqual({"early": 90, "late": 60}, times)
        self.assertEqual(["closed"], self.read(self.store.due, 50, 5))
        self.assertEqual(2, self.write(self.store.wake_place, "h1", 5))
        self.assertEqual(["early", "late"], sorted(self.read(self.store.due, 5, 5)))
        self.assertEqual({"h1": 2}, self.read(self.store.counted_by_place, "build"))

    def test_a_subject_long_gone_is_forgotten_with_its_steps(self):
        self.write(self.store.add, self.record("op", open=False))
        step = StepRecord("op", 1, 0, False, "h1", "done", 1, 2)
        self.write(self.store.add_steps, [step])
        self.assertEqual([step], self.read(self.store.steps_of, "op"))
        self.write(self.store.forget_subject, UUID)
        self.assertEqual([], self.read(self.store.steps_of, "op"))
        self.assertEqual([], self.read(self.store.of_subject, UUID))


def document(uuid: str, **more: Any) -> dict[str, Any]:
    return {
        "uuid": uuid,
        "epoch": 1,
        "revision": 1,
        "project_id": "project",
        "vm_state": "active",
        **more,
    }
