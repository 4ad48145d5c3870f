# SPDX-License-Identifier: Apache-2.0
"""An operator's policy.yaml, through the API: each rule alone, and changed while all runs."""

from __future__ import annotations

import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

import testtools
from webtest import TestApp

from nova_cells.global_api.app import make_app
from tests.api.harness import Client, cloud
from tests.api.policy.test_matrix import things

NOBODY = "!"
VOLUME = {
    "block_device_mapping_v2": [
        {"uuid": "$new_uuid", "source_type": "volume", "destination_type": "volume"}
    ]
}
CERTIFICATES = {"trusted_image_certificates": ["one"]}
CREATE = "os_compute_api:servers:create"


class PolicyFileTest(testtools.TestCase):
    """A second application over the cloud of this process, with a policy file of its own."""

    def setUp(self) -> None:
        super().setUp()
        folder = tempfile.TemporaryDirectory(prefix="nova-cells-test-")
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "policy.yaml"
        self.file.write_text("{}\n")
        conf = cloud().side.conf
        conf.set_override("policy_file", str(self.file), group="oslo_policy")
        self.addCleanup(conf.clear_override, "policy_file", group="oslo_policy")
        self.member = Client(f"mia:{things().project}:member")
        self.member._app = TestApp(make_app(cloud().side))

    def say(self, **rules: str) -> None:
        self.file.write_text("".join(f'"{name}": "{check}"\n' for name, check in rules.items()))

    def answered(self, path: str, code: int, body: Any = None, within: float = 5) -> Any:
        """The answer once it is this one: what was decided is remembered for a second."""
        method = "GET" if body is None else "POST"
        end = time.monotonic() + within
        while (answer := self.member.ask(method, path, body)).status_int != code:
            if time.monotonic() > end:
                self.fail(f"{method} {path} {body}: {answer.status} {answer.text}")
            time.sleep(0.1)
        return answer

    def wish(self, **more: Any) -> dict[str, Any]:
        server = {
            "name": uuid.uuid4().hex,
            "flavorRef": things().fill("$flavor", fresh=False),
            "imageRef": things().make_image(),
            "networks": "none",
        }
        return {"server": server | more}

    def test_it_is_read_again_when_it_changes(self) -> None:
        self.answered("/os-server-groups", 200)
        self.say(**{"os_compute_api:os-server-groups:index": "role:boss"})
        self.answered("/os-server-groups", 403)
        self.say()
        self.answered("/os-server-groups", 200)
        self.answered("/os-hypervisors", 403)
        self.say(**{"os_compute_api:os-hypervisors:list": "rule:project_member_or_admin"})
        self.answered("/os-hypervisors", 200)

    def test_each_option_of_a_wish_has_its_own_rule(self) -> None:
        networks = [{"uuid": str(uuid.uuid4())}]
        for rule, more, else_answered in (
            (f"{CREATE}:attach_volume", VOLUME, 400),
            (f"{CREATE}:attach_network", {"networks": networks}, 400),
            (f"{CREATE}:trusted_certs", CERTIFICATES, 202),
        ):
            body = self.wish(**more)
            if more is VOLUME:
                body["server"]["block_device_mapping_v2"][0]["uuid"] = str(uuid.uuid4())
            self.say(**{rule: NOBODY})
            answer = self.answered("/servers", 403, body)
            self.assertIn(rule, answer.text)
            self.say()
            self.answered("/servers", else_answered, body)
        self.say(**{f"{CREATE}:zero_disk_flavor": "rule:project_member_or_admin"})
        diskless = things().fill("$diskless_flavor", fresh=False)
        self.answered("/servers", 202, self.wish(flavorRef=diskless))
        self.say(**{f"{CREATE}:forced_host": "rule:project_member_or_admin"})
        host = things().fill("nova:$host", fresh=False)
        self.answered("/servers", 202, self.wish(availability_zone=host))

    def test_a_rebuild_with_certificates_has_its_own_rule(self) -> None:
        path = things().fill("/servers/$server/action", fresh=False)
        body = {"rebuild": {"imageRef": things().make_image(), **CERTIFICATES}}
        self.say(**{"os_compute_api:servers:rebuild:trusted_certs": NOBODY})
        self.assertIn("trusted_certs", self.answered(path, 403, body).text)

    def test_what_is_shown(self) -> None:
        path = things().fill("/servers/$server", fresh=False)

        def until(shown: bool, field: str) -> None:
            end = time.monotonic() + 5
            while (field in self.answered(path, 200).text) is not shown:
                self.assertLess(time.monotonic(), end, field)
                time.sleep(0.1)

        for rule, field in (
            ("os_compute_api:servers:show:host_status", '"host_status"'),
            ("os_compute_api:os-extended-server-attributes", "OS-EXT-SRV-ATTR:host"),
        ):
            until(False, f"{field}:" if field.startswith('"') else f'"{field}"')
            self.say(**{rule: "@"})
            until(True, field)
            self.say()
        self.say(**{"os_compute_api:servers:show:flavor-extra-specs": NOBODY})
        until(False, '"extra_specs"')
