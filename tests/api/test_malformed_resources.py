# SPDX-License-Identifier: Apache-2.0
"""Nonsense in ids, bodies and queries of resources beside servers: told so, and nothing made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.api.host_case import HostCase
from tests.api.protocol.test_malformed import IDS, RAW_BODIES, TEXTS, VALUES
from tests.api.side_case import NEWEST, PROJECT

VERSIONS = (1, 75, NEWEST)
ACTIONS = {"add_host": "host", "remove_host": "host", "set_metadata": "metadata"}


class MalformedTest(HostCase):
    def setUp(self) -> None:
        super().setUp()
        made = self.post("/os-aggregates", {"aggregate": {"name": "a"}}, NEWEST, status=200)
        self.key = made.body["aggregate"]["id"]
        self.server = self.boot()

    def paths(self, found: str) -> Iterator[tuple[str, str, Any]]:
        """Where an id is asked for, with a body that is fine."""
        one = f"/os-aggregates/{found}"
        yield "GET", one, None
        yield "PUT", one, {"aggregate": {"name": "b"}}
        yield "DELETE", one, None
        yield "POST", f"{one}/action", {"add_host": {"host": "h1"}}
        yield "POST", f"{one}/action", {"set_metadata": {"metadata": {}}}
        yield "GET", f"/os-instance_usage_audit_log/{found}", None
        yield "DELETE", f"/os-assisted-volume-snapshots/{found}", None
        for server in (found, self.server):
            for part in ("ips", "os-interface", "os-volume_attachments"):
                yield "GET", f"/servers/{server}/{part}/{found}", None
        for part in ("ips", "os-server-password", "os-security-groups", "topology"):
            yield "GET", f"/servers/{found}/{part}", None
        yield "DELETE", f"/servers/{found}/os-server-password", None

    def test_ids(self) -> None:
        for found in IDS:
            for method, path, body in self.paths(found):
                for version in VERSIONS:
                    answer = self.ask(method, path, body, version)
                    self.assertIn(answer.status, (400, 404), (method, path[:80], version))
            usage = self.get(f"/os-simple-tenant-usage/{found}", NEWEST)
            self.assertIn(usage.status, (200, 404))

    def test_bodies_that_are_none(self) -> None:
        for raw in RAW_BODIES:
            for method, path in (
                ("POST", "/os-aggregates"),
                ("PUT", f"/os-aggregates/{self.key}"),
                ("POST", f"/os-aggregates/{self.key}/action"),
                ("POST", "/os-server-external-events"),
                ("POST", "/os-assisted-volume-snapshots"),
            ):
                answer = self.ask(method, path, raw=raw, version=NEWEST)
                self.assertIn(answer.status, (400, 404), (path, raw[:40]))

    def bodies(self, value: Any) -> Iterator[tuple[str, str, Any]]:
        """Bodies in which one thing is `value`."""
        one = f"/os-aggregates/{self.key}"
        yield "PUT", one, {"aggregate": value}
        yield "PUT", one, {"aggregate": {"x": value}}
        for action, field in ACTIONS.items():
            yield "POST", f"{one}/action", {action: value}
            yield "POST", f"{one}/action", {action: {field: value, "x": 1}}
        event = {"name": "network-changed", "server_uuid": self.server}
        yield "POST", "/os-server-external-events", {"events": value}
        yield "POST", "/os-server-external-events", {"events": [value]}
        for field in ("name", "server_uuid", "status"):
            yield "POST", "/os-server-external-events", {"events": [{**event, field: value}]}
        info = {"snapshot_id": "s", "type": "qcow2", "new_file": "f"}
        wish = {"volume_id": "v", "create_info": info}
        yield "POST", "/os-assisted-volume-snapshots", {"snapshot": value}
        yield "POST", "/os-assisted-volume-snapshots", {"snapshot": {**wish, "create_info": value}}
        yield "POST", "/os-assisted-volume-snapshots", {"snapshot": {**wish, "volume_id": value}}

    def test_values(self) -> None:
        for value in VALUES:
            for method, path, body in self.bodies(value):
                for version in VERSIONS:
                    answer = self.ask(method, path, body, version)
                    what = (method, path, str(body)[:80], version)
                    self.assertEqual(400, answer.status, what)
        shown = self.get(f"/os-aggregates/{self.key}", NEWEST).body["aggregate"]
        self.assertEqual(("a", [], {}), tuple(shown[k] for k in ("name", "hosts", "metadata")))

    def test_queries(self) -> None:
        usage = f"/os-simple-tenant-usage/{PROJECT}"
        volumes = f"/servers/{self.server}/os-volume_attachments"
        for text in TEXTS:
            for path, names in (
                ("/os-simple-tenant-usage", ("start", "end", "detailed", "limit", "marker")),
                (usage, ("start", "end", "limit", "marker", "unknown")),
                (volumes, ("limit", "offset")),
                ("/os-aggregates", ("limit",)),
                ("/os-instance_usage_audit_log", ("before",)),
            ):
                for name in names:
                    for version in VERSIONS:
                        answer = self.get(f"{path}?{name}={text}", version)
                        self.assertIn(answer.status, (200, 400), (path, name, text, version))
            snapshot = f"/os-assisted-volume-snapshots/s?delete_info={text}"
            self.assertEqual(400, self.delete(snapshot, NEWEST).status)
