# SPDX-License-Identifier: Apache-2.0
"""External events and assisted snapshots: what services tell and ask of servers."""

from __future__ import annotations

import json
from typing import Any
from unittest import mock
from urllib.parse import quote
from uuid import uuid4

from nova_cells.contracts import FaultCode, Refused, Unknown
from nova_cells.global_api.index.write import Head
from nova_cells.global_api.operations.engine import GlobalOperations
from nova_cells.global_api.router.endings import STORE
from nova_cells.objects import Instance
from nova_cells.runtime.context import RequestContext
from tests.api.side_case import (
    ADMIN,
    BAD,
    DENIED,
    MEMBER,
    MISSING,
    NEWEST,
    OUTSIDER,
    PROJECT,
    READER,
    Answer,
    SideCase,
)
from tests.api.test_statements import counted
from tests.unit.global_api.world import spec

PATH = "/os-server-external-events"
SERVICE = f"neutron:{PROJECT}:service"
NOBODY = "00000000-0000-0000-0000-000000000000"
VOLUME = "11111111-2222-3333-4444-555555555555"
OLDEST = ("network-changed", "network-vif-plugged", "network-vif-unplugged", "network-vif-deleted")
SINCE = {
    "volume-extended": 51,
    "power-update": 76,
    "accelerator-request-bound": 82,
    "volume-reimaged": 93,
}


class TellingCell:
    """A cell that writes down what it is told, and answers as `codes` says of a tag, else 200."""

    def __init__(self, uuid: str) -> None:
        self.uuid = uuid
        self.codes: dict[str, int] = {}
        self.calls: list[list[dict[str, Any]]] = []
        self.fault: Exception | None = None

    def call(self, method: str, events: list[dict[str, Any]]) -> list[int]:
        assert method == "external_events"
        self.calls.append(events)
        if self.fault is not None:
            raise self.fault
        return [self.codes.get(event.get("tag", ""), 200) for event in events]


class EventCase(SideCase):
    def setUp(self) -> None:
        super().setUp()
        self.east, self.west = TellingCell(str(uuid4())), TellingCell(str(uuid4()))
        known = {cell.uuid: cell for cell in (self.east, self.west)}
        patched = mock.patch.object(self.side.cells, "get", known.get)
        patched.start()
        self.addCleanup(patched.stop)

    def server(self, cell: TellingCell | None = None, **changes: Any) -> str:
        made = Instance.from_spec(spec()).replace(**{"vm_state": "active", "host": "h1", **changes})
        self.side.index.apply([Head(made.document(), (cell or self.east).uuid)])
        return str(made.uuid)

    def unplaced(self) -> str:
        made = Instance.from_spec(spec())
        self.side.index.apply([Head(made.document(), None)])
        return str(made.uuid)

    def tell(self, *events: dict[str, Any], version: int = NEWEST, as_: str = SERVICE) -> Answer:
        return self.post(PATH, {"events": list(events)}, version, as_=as_)

    def event(self, server: str, name: str = "network-changed", **more: Any) -> dict[str, Any]:
        return {"name": name, "server_uuid": server, **more}


class EventTest(EventCase):
    def test_fine_events(self) -> None:
        server = self.server()
        for version in (1, 50, 51, NEWEST):
            events = [self.event(server, name, tag="p") for name in OLDEST]
            answer = self.tell(*events, version=version)
            self.assertEqual(200, answer.status)
            expected = [{**event, "status": "completed", "code": 200} for event in events]
            self.assertEqual({"events": expected}, answer.body)

    def test_the_status_told_is_the_status_shown(self) -> None:
        server = self.server()
        for status in ("failed", "completed", "in-progress"):
            answer = self.tell(self.event(server, status=status))
            self.assertEqual(status, answer.body["events"][0]["status"])
            self.assertNotIn("tag", answer.body["events"][0])

    def test_each_event_has_a_code_of_its_own(self) -> None:
        here, unplaced = self.server(), self.unplaced()
        gone = self.server(deleted_at=5)
        self.east.codes = {"u": 404}
        events = [self.event(each, tag="t") for each in (here, NOBODY, unplaced, gone)]
        answer = self.tell(*events, self.event(here, tag="u"))
        self.assertEqual(207, answer.status)
        self.assertEqual(
            [200, 404, 422, 404, 404],
            [event["code"] for event in answer.body["events"]],
        )
        statuses = [event["status"] for event in answer.body["events"]]
        self.assertEqual(["completed", *["failed"] * 4], statuses)
        self.assertEqual([here, NOBODY, unplaced, gone, here], self.named(answer))

    def test_one_call_a_cell_however_many_servers_there_are(self) -> None:
        servers = [self.server(cell) for cell in (self.east, self.west) for _ in range(5)]
        servers[1::2] = [server.upper() for server in servers[1::2]]
        answer = self.tell(*[self.event(each, tag="t") for each in servers])
        self.assertEqual(200, answer.status)
        self.assertEqual(servers, self.named(answer))
        for cell, mine in ((self.east, servers[:5]), (self.west, servers[5:])):
            [told] = cell.calls
            self.assertEqual([each.lower() for each in mine], [e["server_uuid"] for e in told])
            self.assertEqual({"completed"}, {event["status"] for event in told})

    def test_a_thousand_at_once_are_looked_up_and_told_at_once(self) -> None:
        heads = [
            Head(Instance.from_spec(spec()).replace(host="h").document(), cell.uuid)
            for cell in (self.east, self.west)
            for _ in range(500)
        ]
        self.side.index.apply(heads)
        with counted() as seen:
            answer = self.tell(*[self.event(head.document["uuid"]) for head in heads])
        self.assertEqual(200, answer.status)
        self.assertEqual(1000, len(answer.body["events"]))
        self.assertLessEqual(len(seen), 3, seen)
        self.assertEqual([1, 1], [len(cell.calls) for cell in (self.east, self.west)])

    def on_its_way(self, server: str) -> None:
        """It goes from the east to the west."""
        operations = GlobalOperations(self.side.database)
        ends = {"source": self.east.uuid, "to": self.west.uuid}
        record = operations.record(
            "move", "migrate", server, self.east.uuid, ends, RequestContext(is_admin=True)
        )
        self.side.database.write(lambda c: STORE.add(c, record))

    def test_both_cells_of_a_move_are_told(self) -> None:
        server = self.server()
        self.on_its_way(server)
        event = self.event(server, "network-vif-plugged", tag="p")
        self.assertEqual(200, self.tell(event).status)
        self.assertEqual([1, 1], [len(cell.calls) for cell in (self.east, self.west)])
        self.east.codes = {"p": 404}
        self.assertEqual(200, self.tell(event).status, "one of them has it")
        self.west.fault = Unknown("late")
        self.assertEqual([422], [each["code"] for each in self.tell(event).body["events"]])

    def test_a_cell_that_does_not_answer_is_to_be_told_again(self) -> None:
        for fault in (Unknown("late"), Refused(FaultCode.NOT_SUPPORTED, "an older cell")):
            self.west.fault = fault
            near, far = self.server(self.east), self.server(self.west)
            answer = self.tell(self.event(near), self.event(far))
            self.assertEqual(207, answer.status)
            self.assertEqual([200, 422], [event["code"] for event in answer.body["events"]])

    def test_an_unknown_server_alone_is_no_fault_of_the_whole(self) -> None:
        answer = self.tell(self.event(NOBODY))
        self.assertEqual(207, answer.status)
        self.assertEqual(404, answer.body["events"][0]["code"])

    def test_names_of_each_version(self) -> None:
        server = self.server()
        for name, since in SINCE.items():
            event = self.event(server, name, tag="POWER_ON")
            self.refused(BAD, self.tell(event, version=since - 1))
            self.assertIn(self.tell(event, version=since).status, (200, 207))
            self.assertIn(self.tell(event).status, (200, 207))

    def test_bad_bodies(self) -> None:
        server = self.server()
        for event in (
            {},
            {"name": "network-changed"},
            {"server_uuid": server},
            self.event("x"),
            self.event(server, "explode"),
            self.event(server, status="perhaps"),
            self.event(server, tag="t" * 256),
            self.event(server, tag=1),
            self.event(server, x=1),
            None,
        ):
            with self.subTest(event=event):
                answer = self.post(PATH, {"events": [event]}, NEWEST, as_=SERVICE)
                self.refused(BAD, answer)
        for body in ({}, [], {"events": []}, {"events": {}}, {"events": [], "x": 1}):
            self.refused(BAD, self.post(PATH, body, NEWEST, as_=SERVICE))

    def test_many_at_once(self) -> None:
        server = self.server()
        events = [self.event(server, tag=str(number)) for number in range(1000)]
        answer = self.tell(*events)
        self.assertEqual((200, 1000), (answer.status, len(answer.body["events"])))

    def test_who_may(self) -> None:
        event = self.event(self.server())
        for who in (MEMBER, READER, OUTSIDER):
            self.refused(DENIED, self.tell(event, as_=who))
        for who in (ADMIN, SERVICE):
            self.assertEqual(200, self.tell(event, as_=who).status)

    def named(self, answer: Answer) -> list[str]:
        return [event["server_uuid"] for event in answer.body["events"]]


SNAPSHOTS = "/os-assisted-volume-snapshots"
INFO = {"snapshot_id": "s", "type": "qcow2", "new_file": "f"}
DELETE_INFO = quote(json.dumps({"volume_id": VOLUME, "file_to_merge": None}))


class AssistedSnapshotTest(SideCase):
    """No volume here is a file of a host, so none can be asked for."""

    def create(self, as_: str = SERVICE, **wish: Any) -> Answer:
        body = {"snapshot": {"volume_id": VOLUME, "create_info": INFO, **wish}}
        return self.post(SNAPSHOTS, body, NEWEST, as_=as_)

    def remove(self, query: str, version: int = NEWEST, as_: str = SERVICE) -> Answer:
        return self.delete(f"{SNAPSHOTS}/s{query}", version, as_=as_)

    def test_no_such_volume(self) -> None:
        for code, answer in (
            (BAD, self.create()),
            (MISSING, self.remove(f"?delete_info={DELETE_INFO}")),
        ):
            self.refused(code, answer)
            self.assertIn(VOLUME, answer.message)

    def test_bad_bodies(self) -> None:
        for wish in (
            {"volume_id": ""},
            {"volume_id": 1},
            {"create_info": {}},
            {"create_info": {**INFO, "type": "raw"}},
            {"create_info": {**INFO, "x": 1}},
            {"x": 1},
        ):
            answer = self.create(**wish)
            self.refused(BAD, answer)
            self.assertIn("Invalid input", answer.message)

    def test_bad_queries(self) -> None:
        unnamed = quote(json.dumps({"volume_id": VOLUME, "file_to_merge": {}}))
        bad = ("", "x", "[]", "{}", unnamed)
        for query in ("", *(f"?delete_info={one}" for one in bad)):
            self.refused(BAD, self.remove(query))
        self.assertIn(VOLUME, self.remove(f"?delete_info={DELETE_INFO}&x=1", 74).message)
        self.assertIn("'x'", self.remove(f"?delete_info={DELETE_INFO}&x=1", 75).message)

    def test_who_may(self) -> None:
        for who in (MEMBER, READER, OUTSIDER):
            self.refused(DENIED, self.create(as_=who))
            self.refused(DENIED, self.remove(f"?delete_info={DELETE_INFO}", as_=who))
        self.refused(BAD, self.create(as_=ADMIN))
