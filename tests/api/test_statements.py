# SPDX-License-Identifier: Apache-2.0
"""What lists cost the database: a fixed number of statements, however long they are."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event

from nova_cells.global_api.resources.flavors.seed import seed
from tests.api.host_case import HostCase
from tests.api.side_case import ADMIN, MEMBER, NEWEST, PROJECT
from tests.api.test_keypairs import SSH
from tests.unit.global_api.world import group as group_policy

COSTS = (
    ("/flavors", MEMBER, 1),
    ("/flavors/detail", MEMBER, 1),
    ("/flavors/detail", ADMIN, 1),
    ("/flavors/1", MEMBER, 1),
    ("/flavors/1/os-extra_specs", MEMBER, 1),
    ("/os-keypairs", MEMBER, 1),
    ("/os-keypairs/k", MEMBER, 1),
    ("/os-server-groups", MEMBER, 1),
    ("/os-availability-zone", MEMBER, 1),
    ("/os-availability-zone/detail", ADMIN, 1),
    ("/os-hypervisors", ADMIN, 1),
    ("/os-hypervisors/detail", ADMIN, 1),
    ("/os-hypervisors/detail?with_servers=1", ADMIN, 2),
    ("/os-services", ADMIN, 1),
    (f"/os-quota-sets/{PROJECT}", MEMBER, 1),
    (f"/os-quota-sets/{PROJECT}/detail", MEMBER, 3),
    ("/limits", MEMBER, 3),
    ("/os-aggregates", ADMIN, 2),
    ("/os-simple-tenant-usage?start=2020-01-01T00:00:00&detailed=1", ADMIN, 1),
    (f"/os-simple-tenant-usage/{PROJECT}?start=2020-01-01T00:00:00", MEMBER, 1),
    ("/os-instance_usage_audit_log", ADMIN, 1),
)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The queries of this block; what routers do meanwhile in threads of their own is not meant."""
    seen: list[str] = []
    here = threading.get_ident()

    def note(_connection, _cursor, statement, *_more) -> None:
        if statement.startswith("SELECT") and threading.get_ident() == here:
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


class StatementTest(HostCase):
    def test_lists_cost_the_same_short_and_long(self) -> None:
        self.database.write(seed)
        for round_ in range(2):
            self.fill(round_)
            for path, who, expected in COSTS:
                with self.subTest(path=path, round=round_), counted() as seen:
                    self.get(path, NEWEST, as_=who, status=200)
                self.assertEqual(expected, len(seen), (path, seen))

    def fill(self, round_: int) -> None:
        """More of everything."""
        group = {"server_group": {"name": "g", "policy": "affinity"}}
        for _ in range(3):
            made = self.post("/os-server-groups", group, NEWEST, as_=MEMBER, status=200)
            self.boot(group=group_policy(made.body["server_group"]["id"]))
        names = ["k", *(f"k{number}" for number in range(3))] if round_ == 0 else ["l", "m"]
        for name in names:
            body = {"keypair": {"name": name, "public_key": SSH}}
            self.post("/os-keypairs", body, NEWEST, as_=MEMBER, status=201)
        for number in range(4):
            self.publish_host(f"more-{round_}-{number}")
