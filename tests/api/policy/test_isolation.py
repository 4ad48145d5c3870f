# SPDX-License-Identifier: Apache-2.0
"""What is another project's is neither seen nor changed, by whatever name it is asked for.

A property over all requests that can be made of a list of paths, filters and secrets: no answer to
a stranger holds a secret that the stranger did not send, and nothing of the owner's changes.
"""

from __future__ import annotations

import functools
import itertools
import json
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote

import testtools

from tests.api.harness import Client
from tests.api.policy.table import Line
from tests.api.policy.test_matrix import TABLE
from tests.api.policy.things import PUBLIC_KEY, Things

LISTS = ("/servers", "/servers/detail")
FILTERS = (
    *("name", "hostname", "description", "uuid", "reservation_id", "user_id", "project_id"),
    *("tenant_id", "key_name", "tags", "tags-any", "not-tags", "not-tags-any", "marker", "flavor"),
    *("image", "host", "node", "availability_zone", "metadata", "display_name", "instance_name"),
)
WITH_ALL = (
    *("", "changes-since=2001-01-01", "changes-before=2101-01-01", "deleted=true", "status=ACTIVE"),
    *("all_tenants=0", "all_tenants=1", "limit=1000", "sort_key=uuid", "sort_dir=asc", "locked=1"),
    *("vm_state=active", "power_state=1", "not-tags=none", "soft_deleted=true"),
)
PAGES = (
    *("/os-server-groups", "/os-server-groups?all_projects=1", "/os-server-groups?offset=0"),
    *("/os-keypairs", "/os-keypairs?user_id={secret}", "/os-keypairs?marker={secret}"),
    *("/os-keypairs/{secret}", "/os-keypairs/{secret}?user_id={user}"),
    *("/flavors?is_public=none", "/flavors?is_public=false", "/flavors/detail?is_public=none"),
    *("/flavors?marker={secret}", "/flavors?name={secret}", "/flavors/{secret}"),
    *("/flavors/{secret}/os-flavor-access", "/flavors/{secret}/os-extra_specs"),
    *("/limits?tenant_id={secret}", "/os-quota-sets/{secret}", "/os-quota-sets/{secret}/detail"),
    *("/os-quota-sets/{own}?user_id={user}", "/os-quota-sets/{own}/detail?user_id={user}"),
    *("/os-simple-tenant-usage/{secret}", "/os-simple-tenant-usage/{own}?marker={secret}"),
    *("/os-simple-tenant-usage/{own}?detailed=1", "/os-migrations", "/os-migrations?hidden=1"),
    *("/os-migrations?instance_uuid={secret}", "/os-migrations?marker={secret}"),
    *("/os-migrations?user_id={user}", "/os-migrations?project_id={project}"),
    *("/servers/{secret}", "/servers/{secret}/metadata", "/servers/{secret}/tags"),
    *("/servers/{secret}/ips", "/servers/{secret}/os-instance-actions"),
    *("/servers/{secret}/os-instance-actions/{action}", "/servers/{secret}/migrations"),
    *("/servers/{secret}/migrations/{secret}", "/servers/{secret}/topology"),
    *("/servers/{mine}/os-instance-actions/{secret}", "/servers/{mine}/migrations/{secret}"),
    *("/servers/{mine}/os-interface/{secret}", "/servers/{mine}/os-volume_attachments/{secret}"),
    *("/os-server-groups/{secret}", "/os-console-auth-tokens/{secret}"),
)


class Scene:
    """mia's project with one of everything, and strangers: three roles of another project."""

    def __init__(self) -> None:
        self.things = things = Things()
        self.own = uuid.uuid4().hex
        self.strangers = {
            role: Client(f"{role}-stranger:{self.own}:{role}")
            for role in ("reader", "member", "manager", "service")
        }
        self.guest = Client(f"guest:{uuid.uuid4().hex}:member")
        things.admin.put(f"/os-quota-sets/{self.own}", {"quota_set": {"instances": -1}}, expect=200)
        self.marks = {name: f"{name}-{uuid.uuid4().hex[:12]}" for name in ("name", "tag", "text")}
        self.server = self._boot(things)
        self.mine = self._boot_mine()
        self.shown = self.server_as_admin()
        self.secrets = self._secrets(things)

    def _boot(self, things: Things) -> str:
        group, key = things.make_group(), things.make_keypair()
        body = {
            "server": {
                "name": self.marks["name"],
                "description": self.marks["text"],
                "flavorRef": things.fill("$granted_flavor", fresh=False),
                "imageRef": things.make_image(),
                "networks": "none",
                "key_name": key,
                "tags": [self.marks["tag"]],
                "metadata": {"mark": self.marks["text"]},
            },
            "os:scheduler_hints": {"group": group},
        }
        self.group, self.key = group, key
        made = things.member.post("/servers", body, expect=202).json["server"]["id"]
        server = things.settled(made, "ACTIVE")
        things.admin.post(f"/servers/{server}/action", {"migrate": None}, expect=202)
        things.settled(server, "VERIFY_RESIZE")
        things.member.post(f"/servers/{server}/action", {"confirmResize": None}, expect=204)
        return things.settled(server, "ACTIVE")

    def wish(self, **more: Any) -> dict[str, Any]:
        server = {
            "name": "mine",
            "flavorRef": self.things.fill("$flavor", fresh=False),
            "imageRef": self.things.make_image(),
            "networks": "none",
        }
        return {"server": server | more}

    def _boot_mine(self) -> str:
        made = self.strangers["member"].post("/servers", self.wish(), expect=202)
        return self.things.settled(made.json["server"]["id"], "ACTIVE")

    def _secrets(self, things: Things) -> dict[str, str]:
        actions = things.member.get(f"/servers/{self.server}/os-instance-actions").json
        (migration,) = things.admin.get(f"/os-migrations?instance_uuid={self.server}").json[
            "migrations"
        ]
        console = {"remote_console": {"protocol": "vnc", "type": "novnc"}}
        url = things.member.post(f"/servers/{self.server}/remote-consoles", console).json
        return {
            **self.marks,
            "server": self.server,
            "project": things.project,
            "user": "mia",
            "group": self.group,
            "key": self.key,
            "flavor": things.fill("$granted_flavor", fresh=False),
            "reservation": self.shown["OS-EXT-SRV-ATTR:reservation_id"],
            "host_id": self.shown["hostId"],
            "action": actions["instanceActions"][-1]["request_id"],
            "migration": migration["uuid"],
            "console": unquote(url["remote_console"]["url"]).rsplit("token=", 1)[-1],
        }

    def server_as_admin(self) -> dict[str, Any]:
        shown: dict[str, Any] = self.things.admin.get(f"/servers/{self.server}").json["server"]
        return shown

    def everything(self) -> dict[str, Any]:
        """All of the project's that somebody could have changed."""
        admin, project, server = self.things.admin, self.things.project, self.server
        paths = (
            *(f"/servers/{server}", f"/servers/{server}/tags", f"/os-quota-sets/{project}/detail"),
            *(f"/os-server-groups/{self.group}", f"/os-keypairs?user_id=mia&marker={self.key}"),
            *(
                f"/servers/{server}/os-instance-actions",
                f"/servers?all_tenants=1&project_id={project}",
            ),
            f"/flavors/{self.things.fill('$granted_flavor', fresh=False)}/os-flavor-access",
        )
        return {path: admin.get(path, expect=200).json for path in paths}

    def paths(self, role: str) -> Iterator[str]:
        """Every path with every secret; for a member every filter with every secret too."""
        values = [quote(secret, safe="") for secret in self.secrets.values()]
        for path, query in itertools.product(LISTS, WITH_ALL):
            yield f"{path}?{query}"
        filters = FILTERS if role == "member" else ()
        for path, name, value in itertools.product(LISTS, filters, values):
            yield f"{path}?{name}={value}"
        known = {"own": self.own, "mine": self.mine}
        names = ("user", "project", "action")
        known |= {name: quote(self.secrets[name], safe="") for name in names}
        for pattern in PAGES:
            for value in values if "{secret}" in pattern else ("",):
                yield pattern.format(secret=value, **known)


@functools.cache
def scene() -> Scene:
    return Scene()


class SeenTest(testtools.TestCase):
    """For every request: what was not sent does not come back."""

    def test_no_answer_tells_a_secret(self) -> None:
        asked = 0
        for role, client in scene().strangers.items():
            for path in scene().paths(role):
                self.silent(role, path, client.get(path))
                asked += 1
        self.assertGreater(asked, 1500)

    def test_neither_in_the_oldest_version_nor_in_the_one_before(self) -> None:
        for role, client in scene().strangers.items():
            oldest = Client(client.token, "/v2")
            for path in scene().paths("in short"):
                self.silent(f"{role} 2.1", path, client.get(path, "2.1"))
                self.silent(f"{role} /v2", path, oldest.get(path, None))

    def test_the_project_of_the_path_is_that_of_the_token(self) -> None:
        for role, client in scene().strangers.items():
            theirs = Client(client.token, f"/v2.1/{scene().things.project}")
            for path in ("/servers", "/servers/detail", f"/servers/{scene().server}", "/limits"):
                self.assertEqual(400, theirs.get(path).status_int, (role, path))

    def silent(self, role: str, path: str, answer: Any) -> None:
        """Whatever it tells, the stranger sent it."""
        what = f"{role} {path}: {answer.text[:300]}"
        told = [
            name
            for name, secret in scene().secrets.items()
            if secret in answer.text and quote(secret, safe="") not in path
        ]
        self.assertEqual([], told, what)
        if answer.status_int < 300:
            self.assertNotIn(scene().server, answer.text, what)

    def test_the_owner_sees_them_all(self) -> None:
        """The secrets are what the owner is told, so the property is not an empty one."""
        member = scene().things.member
        texts = [
            member.get(path).text
            for path in (
                *(
                    "/servers/detail",
                    "/os-server-groups",
                    "/os-keypairs",
                    "/flavors?is_public=none",
                ),
                f"/servers/{scene().server}/os-instance-actions",
            )
        ]
        texts += [json.dumps(scene().shown)]
        hidden = {"migration", "console"}
        for name, secret in scene().secrets.items():
            if name not in hidden:
                self.assertTrue(any(secret in text for text in texts), name)


class ChangedTest(testtools.TestCase):
    """Nothing that a stranger asks for changes what is the owner's."""

    def setUp(self) -> None:
        super().setUp()
        self.before = scene().everything()
        self.addCleanup(lambda: self.assertEqual(self.before, scene().everything()))

    def elsewhere(self, line: Line) -> bool:
        """Whether the line of the matrix is about something of mia's project."""
        owned = ("$server", "$fresh_server", "$stopped", "$locked", "$group", "$fresh_group")
        owned += ("$project", "$fresh_keypair")
        return any(name in line.path for name in owned) and line.letter("other") != "+"

    def test_every_line_of_the_matrix_as_every_stranger(self) -> None:
        lines = [line for line in TABLE if self.elsewhere(line)]
        self.assertGreater(len(lines), 80)
        server = scene().server
        stand_in = {"fresh_keypair": scene().key, "group": scene().group, "server": server}
        stand_in |= {"fresh_group": scene().group, "action": scene().secrets["action"]}
        stand_in |= dict.fromkeys(("fresh_server", "stopped", "locked_by_admin"), server)
        things = scene().things
        for line, (role, client) in itertools.product(lines, scene().strangers.items()):
            path, body = line.path, line.body
            for name, value in stand_in.items():
                path = path.replace(f"${name}", value)
            path = things.fill(path, fresh=False)
            filled = json.loads(things.fill(body, fresh=False)) if body else None
            answer = client.ask(line.method, path, filled, line.version)
            what = f"{role} {line}: {answer.status} {answer.text[:200]}"
            self.assertIn(answer.status_int, (400, 403, 404), what)

    def test_nothing_of_theirs_goes_into_a_server(self) -> None:
        member = scene().guest
        secrets = scene().secrets
        for more, status in (
            ({"flavorRef": secrets["flavor"]}, 400),
            ({"key_name": secrets["key"]}, 400),
        ):
            member.post("/servers", scene().wish(**more), expect=status)
        body = scene().wish() | {"os:scheduler_hints": {"group": secrets["group"]}}
        member.post("/servers", body, expect=400)

    def test_a_hint_does_not_tell_where_another_projects_server_is(self) -> None:
        """As with a server that never was: near it is nowhere, and not near it is anywhere."""
        member, things = scene().guest, scene().things
        for named in (secrets := (scene().server, str(uuid.uuid4()))):
            body = scene().wish() | {"os:scheduler_hints": {"same_host": [named]}}
            made = member.post("/servers", body, expect=202).json["server"]["id"]
            fault = _in_error(member, made)
            self.assertIn("No valid host", fault)
            member.delete(f"/servers/{made}", expect=204)
        for named in secrets:
            body = scene().wish() | {"os:scheduler_hints": {"different_host": [named]}}
            made = member.post("/servers", body, expect=202).json["server"]["id"]
            things.settled(made, "ACTIVE")
            member.delete(f"/servers/{made}", expect=204)

    def test_a_name_that_is_taken_elsewhere_is_free_here(self) -> None:
        member = scene().guest
        body = {"keypair": {"name": scene().key, "public_key": PUBLIC_KEY}}
        member.post("/os-keypairs", body, expect=201)
        member.delete(f"/os-keypairs/{scene().key}", expect=204)


def _in_error(client: Client, server: str) -> str:
    """The fault of a server that could not be built."""
    while (shown := client.get(f"/servers/{server}").json["server"])["status"] == "BUILD":
        pass
    return str(shown.get("fault", {}).get("message"))
