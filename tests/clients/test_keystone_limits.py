# SPDX-License-Identifier: Apache-2.0
"""What we ask a real Keystone beside tokens: projects that are named, and unified limits."""

from __future__ import annotations

import atexit
import contextlib
import functools
import io
import json
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any, ClassVar

from kit import keystone
from kit.catalog import Catalog
from kit.daemon import Daemon

from nova_cells.cli.manage import app
from nova_cells.clients.identity import IdentityUnavailable, from_conf
from nova_cells.global_api.faults import QuotaExceeded
from nova_cells.global_api.quota.migration import CREATE, KEEP, LEAVE
from nova_cells.global_api.quota.unified import NAMES, UnifiedLimits
from tests.api.side_case import BAD, DENIED, PROJECT, SideCase
from tests.unit.global_api.world import configuration, context, spec

PASSWORD = "a-password-of-this-test"
EMPTY = "compute-without-limits"
SETS, CLASSES = "/os-quota-sets", "/os-quota-class-sets"
NEW = {"quota_set": {"cores": 5}}


class Identity:
    """A Keystone with the accounts of a cloud."""

    def __init__(self, folder: Path) -> None:
        self.keystone = keystone.up(folder, PASSWORD)
        self.catalog = Catalog(self.keystone)
        self.catalog.user("nova", self.catalog.project("service"), "admin", "service")
        self.catalog.user("plain", self.catalog.project("service"), "member")
        for kind in ("compute", EMPTY):
            self.catalog.service(kind, kind, "http://127.0.0.1:1/v2.1")

    def options(self, user: str = "nova") -> dict[str, Any]:
        return {
            "keystone__auth_url": self.keystone.url,
            "keystone__username": user,
            "keystone__password": PASSWORD,
            "keystone__region_name": "RegionOne",
        }


@functools.cache
def identity() -> Identity:
    """The one of this process, started when it is needed."""
    folder = tempfile.TemporaryDirectory(prefix="nova-cells-test-")
    atexit.register(folder.cleanup)
    atexit.register(Daemon("keystone", Path(folder.name)).stop)
    return Identity(Path(folder.name))


class KeystoneCase(SideCase):
    """The API over one side, which has a real Keystone to ask."""

    keystone: ClassVar[Identity]
    more: ClassVar[dict[str, Any]] = {}

    @classmethod
    def setUpClass(cls) -> None:
        cls.keystone = identity()
        super().setUpClass()

    @classmethod
    def options(cls) -> Any:
        return configuration(api__auth="noauth", **cls.keystone.options(), **cls.more)

    def new_project(self) -> str:
        return self.keystone.catalog.project(f"p-{uuid.uuid4().hex}")


class ProjectsTest(KeystoneCase):
    def flavor(self) -> str:
        body = {
            "flavor": {
                "name": uuid.uuid4().hex,
                "ram": 1,
                "vcpus": 1,
                "disk": 1,
                "os-flavor-access:is_public": False,
            }
        }
        return str(self.post("/flavors", body, status=200).body["flavor"]["id"])

    def test_limits_of_a_project_that_is_not(self) -> None:
        nobody, there = uuid.uuid4().hex, self.new_project()
        for path in ("", "/detail", "/defaults"):
            answer = self.get(f"{SETS}/{nobody}{path}")
            self.refused(BAD, answer)
            self.assertIn(f"Project ID {nobody} is not a valid project", answer.message)
            self.get(f"{SETS}/{there}{path}", status=200)
        self.refused(BAD, self.put(f"{SETS}/{nobody}", NEW))
        self.refused(BAD, self.get(f"{SETS}/.."))
        self.put(f"{SETS}/{there}", NEW, status=200)
        self.delete(f"{SETS}/{nobody}", status=202)

    def test_ones_own_needs_no_question(self) -> None:
        self.get(f"{SETS}/{PROJECT}", as_=f"mia:{PROJECT}", status=200)

    def test_access_for_a_project_that_is_not(self) -> None:
        path = f"/flavors/{self.flavor()}/action"
        for tenant, status in ((uuid.uuid4().hex, 400), (self.new_project(), 200)):
            self.post(path, {"addTenantAccess": {"tenant": tenant}}, status=status)

    def test_a_keystone_that_forbids_or_is_away_is_not_waited_for(self) -> None:
        for options in (self.keystone.options("plain"), {**self.keystone.options(), **NOWHERE}):
            identity = from_conf(configuration(**options))
            with self.assertRaises(IdentityUnavailable):
                identity.has_project(uuid.uuid4().hex)
            kept, self.side.identity = self.side.identity, identity
            self.addCleanup(setattr, self.side, "identity", kept)
            begun = time.monotonic()
            self.put(f"{SETS}/{uuid.uuid4().hex}", NEW, status=200)
            self.assertLess(time.monotonic() - begun, 5)


class UnifiedTest(KeystoneCase):
    more = {"quota__driver": "unified", "quota__unified_limits_cache_time": 0.0}

    def setUp(self) -> None:
        super().setUp()
        self.project = self.new_project()
        self.identity = self.side.identity
        there = self.identity.registered_limits()
        wanted = {"servers": 2, "class:VCPU": 8, "class:MEMORY_MB": 4096, "class:DISK_GB": 3}
        more = {"server_key_pairs": 1, "server_groups": 1, "server_group_members": -1}
        self.identity.register_limits(
            {name: limit for name, limit in (wanted | more).items() if name not in there}
        )

    def test_what_keystone_says_is_shown_and_can_be_set_only_there(self) -> None:
        self.identity.limit_project(self.project, {"servers": 5})
        shown = self.get(f"{SETS}/{self.project}", status=200).body["quota_set"]
        self.assertEqual((5, 8, 4096, -1, 0), tuple(shown[name] for name in (
            "instances", "cores", "ram", "server_group_members", "metadata_items"
        )))  # fmt: skip
        for path in (f"{SETS}/{self.project}/defaults", f"{CLASSES}/default"):
            (body,) = self.get(path, status=200).body.values()
            self.assertEqual(2, body["instances"])
        self.refused(DENIED, self.put(f"{SETS}/{self.project}", NEW))
        self.refused(DENIED, self.put(f"{CLASSES}/default", {"quota_class_set": {"cores": 5}}))
        self.delete(f"{SETS}/{self.project}", status=202)
        mine = f"mia:{self.project}"
        absolute = self.get("/limits", as_=mine, status=200).body["limits"]["absolute"]
        self.assertEqual(5, absolute["maxTotalInstances"])

    def boot_here(self) -> None:
        """As POST /servers does: limits first, then the transaction."""
        self.side.limits.refresh(self.project)
        self.side.acceptance.accept(context(), [spec(project=self.project)])

    def refused_for(self) -> tuple[str, ...]:
        with self.assertRaises(QuotaExceeded) as caught:
            self.boot_here()
        return caught.exception.resources

    def test_they_hold_in_our_own_transaction(self) -> None:
        self.boot_here()
        self.boot_here()
        self.assertEqual(("instances",), self.refused_for())
        self.identity.limit_project(self.project, {"servers": 10})
        self.boot_here()
        self.assertEqual(("disk",), self.refused_for())
        used = self.get(f"{SETS}/{self.project}/detail", status=200).body["quota_set"]
        self.assertEqual({"limit": 10, "in_use": 3, "reserved": 0}, used["instances"])

    def test_nothing_registered_means_none_unless_listed(self) -> None:
        self.assertEqual(0, self._limits()["metadata_items"])
        listed = {"quota__unified_limits_resource_list": ["server_metadata_items"]}
        self.assertEqual(-1, self._limits(**listed)["metadata_items"])
        self.assertEqual(0, self._limits(**listed)["injected_files"])
        strict = {"quota__unified_limits_resource_strategy": "require", **listed}
        self.assertEqual(0, self._limits(**strict)["metadata_items"])
        self.assertEqual(-1, self._limits(**strict)["injected_files"])

    def _limits(self, **options: Any) -> dict[str, int]:
        limits = UnifiedLimits.from_conf(configuration(**options), self.identity)
        limits.refresh(self.project)
        return self.database.read(lambda connection: limits.of_project(connection, self.project))

    def test_key_pairs_and_groups(self) -> None:
        user = f"mia-{self.project}:{self.project}"
        for name, status in (("k", 201), ("l", 403)):
            body = {"keypair": {"name": name, "public_key": KEY}}
            self.post("/os-keypairs", body, 92, as_=user, status=status)
        for status in (200, 403):
            body = {"server_group": {"name": "g", "policy": "affinity"}}
            self.post("/os-server-groups", body, 64, as_=user, status=status)

    def test_what_was_said_holds_while_keystone_is_away(self) -> None:
        mine = f"mia:{self.project}"
        before = self.get("/limits", as_=mine, status=200).body
        limits = self.side.limits
        kept = limits._identity
        limits._identity = from_conf(configuration(**{**self.keystone.options(), **NOWHERE}))
        self.addCleanup(setattr, limits, "_identity", kept)
        self.assertEqual(before, self.get("/limits", as_=mine, status=200).body)
        answer = self.get("/limits", as_=f"mia:{uuid.uuid4().hex}", status=503)
        self.assertIn("limits", answer.message)


class MigrationTest(KeystoneCase):
    """Limits of our own tables, carried over by the command to a service that has none yet."""

    more = {"keystone__service_type": EMPTY}

    def setUp(self) -> None:
        super().setUp()
        folder = tempfile.TemporaryDirectory(prefix="nova-cells-test-")
        self.addCleanup(folder.cleanup)
        self.conf = Path(folder.name) / "nova-cells.conf"
        options = (self.keystone.options() | self.more).items()
        lines = [f"{name.removeprefix('keystone__')} = {value}" for name, value in options]
        self.conf.write_text(
            "\n".join(["[database]", f"connection = {self.url}", "[keystone]", *lines, ""])
        )

    def migrate(self, *words: str) -> dict[tuple[str, str], tuple[int, str]]:
        """(project, resource) → (limit, what was done)."""
        out = io.StringIO()
        verb = ("limits", "migrate_to_unified_limits", "--format", "json", *words)
        with contextlib.redirect_stdout(out):
            self.assertEqual(0, app.main(["--config-file", str(self.conf), *verb]))
        rows = json.loads(out.getvalue())
        return {(row["Project"], row["Resource"]): (row["Limit"], row["What"]) for row in rows}

    def test_life_of_a_migration(self) -> None:
        project = self.new_project()
        self.put(f"{CLASSES}/default", {"quota_class_set": {"instances": 7}}, status=200)
        self.put(f"{SETS}/{project}", NEW, status=200)
        self.put(f"{SETS}/{project}?user_id=mia", {"quota_set": {"ram": 5}}, status=200)
        planned = self.migrate("--dry-run")
        self.assertEqual({}, self.side.identity.registered_limits())
        self.assertEqual(planned, self.migrate())
        self.assertEqual((7, CREATE), planned["any", "servers"])
        self.assertEqual((5, CREATE), planned[project, "class:VCPU"])
        self.assertEqual((5, LEAVE), planned[project, "class:MEMORY_MB"])
        registered = self.side.identity.registered_limits()
        self.assertEqual(set(NAMES.values()) - {"class:DISK_GB"}, set(registered))
        self.assertEqual((7, 20), (registered["servers"], registered["class:VCPU"]))
        self.assertEqual({"class:VCPU": 5}, self.side.identity.project_limits(project))
        again = self.migrate("--project-id", project)
        self.assertEqual((5, KEEP), again[project, "class:VCPU"])
        self.assertNotIn(CREATE, [what for _limit, what in again.values()])


KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDBpcUFNsQm4GaLxGzTmX3MWqdtMJqZoWMGUaQDM2OE9 a"
NOWHERE = {"keystone__auth_url": "http://127.0.0.1:9/v3"}
