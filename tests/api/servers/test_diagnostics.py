# SPDX-License-Identifier: Apache-2.0
"""Diagnostics: flat and free until 2.47, one form from 2.48."""

from __future__ import annotations

from tests.api.harness import ApiCase
from tests.api.oracle.schemas import schema, validate


class DiagnosticsTest(ApiCase):
    def test_both_forms(self):
        path = f"/servers/{self.boot(config_drive=True)}/diagnostics"
        for version in ("2.1", "2.47"):
            flat = self.admin.get(path, version, expect=200).json
            self.assertIn("cpu0_time", flat)
            self.assertEqual(64 * 1024, flat["memory"])
            self.assertIn("vda_read_req", flat)
            self.assertNotIn("state", flat)
        for minor in (48, 104):
            answer = self.admin.get(path, f"2.{minor}", expect=200)
            validate(answer, schema("servers_client.ServersClient", "show_server_diagnostics", 48))
            self.assertEqual(("running", True), (answer.json["state"], answer.json["config_drive"]))
            self.assertGreaterEqual(answer.json["uptime"], 0)
            self.assertEqual(len(answer.json["cpu_details"]), answer.json["num_cpus"])

    def test_who_and_when(self):
        server = self.boot()
        path = f"/servers/{server}/diagnostics"
        self.assertFault(self.member.get(path), 403, "forbidden")
        self.assertFault(self.other.get(path), 404, "itemNotFound")
        self.admin.get(f"{path}?x=1", "2.101", expect=200)
        self.assertFault(self.admin.get(f"{path}?x=1", "2.102"), 400, "badRequest", "x")
        self.member.post(f"/servers/{server}/action", {"os-stop": None}, expect=202)
        self.settled(server, "SHUTOFF")
        self.assertFault(self.admin.get(path), 409, "conflictingRequest")
