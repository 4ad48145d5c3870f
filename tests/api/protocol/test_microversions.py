# SPDX-License-Identifier: Apache-2.0
"""Which version is spoken, and how an answer says so."""

from __future__ import annotations

from tests.api.harness import ApiCase, Client

NEW = "OpenStack-API-Version"
OLD = "X-OpenStack-Nova-API-Version"

SPOKEN = {
    "nothing said": ({}, "2.1"),
    "new header": ({NEW: "compute 2.53"}, "2.53"),
    "old header": ({OLD: "2.10"}, "2.10"),
    "new header wins": ({NEW: "compute 2.53", OLD: "2.10"}, "2.53"),
    "a list": ({NEW: "compute 2.53,identity 3.0"}, "2.53"),
    "the last of two": ({NEW: "compute 2.53, compute 2.60"}, "2.60"),
    "other services only": ({NEW: "identity 3.0"}, "2.1"),
    "no service": ({NEW: "2.5"}, "2.1"),
    "latest": ({NEW: "compute latest"}, "2.104"),
    "old latest": ({OLD: "latest"}, "2.104"),
    "lowest": ({NEW: "compute 2.1"}, "2.1"),
}
REFUSED = {
    "too new": ("2.105", 406, "computeFault", "2.105"),
    "too old": ("2.0", 406, "computeFault", "2.0"),
    "other major": ("3.1", 406, "computeFault", "3.1"),
    "no number": ("x", 400, "badRequest", None),
    "leading zero": ("2.01", 400, "badRequest", None),
    "one number": ("2", 400, "badRequest", None),
    "too many": ("2.1.1", 400, "badRequest", None),
    "empty": ("", 400, "badRequest", None),
    "long": ("2." + "9" * 5000, 400, "badRequest", None),
}


class MicroversionTest(ApiCase):
    def test_the_version_spoken_is_told(self):
        for case, (headers, spoken) in SPOKEN.items():
            with self.subTest(case):
                answer = self.member.get("/extensions", None, headers=headers, expect=200)
                self.assertEqual(f"compute {spoken}", answer.headers[NEW])
                self.assertEqual(spoken, answer.headers[OLD])
                self.assertEqual([NEW, OLD], answer.headers.getall("Vary"))

    def test_other_versions_are_refused(self):
        for case, (wanted, code, key, echo) in REFUSED.items():
            with self.subTest(case):
                answer = self.member.get("/extensions", wanted)
                self.assertFault(answer, code, key)
                self.assertEqual(echo, answer.headers.get(OLD))

    def test_a_fault_tells_the_version_too(self):
        answer = self.member.get("/servers/nobody", "2.30")
        self.assertFault(answer, 404, "itemNotFound")
        self.assertEqual("2.30", answer.headers[OLD])

    def test_an_operation_outside_its_window_is_not_found(self):
        server = self.boot()
        answer = self.member.get(f"/servers/{server}/tags", "2.25")
        self.assertFault(answer, 404, "itemNotFound")
        self.assertEqual("2.25", answer.headers[OLD])
        self.member.get(f"/servers/{server}/tags", "2.26", expect=200)

    def test_the_unversioned_api_knows_no_versions(self):
        old = Client(self.member.token, "/v2")
        answer = old.get("/extensions", "2.999", expect=200)
        self.assertNotIn(NEW, answer.headers)

    def test_unknown_parameters(self):
        for path, version, code in (
            ("/extensions?x=1", "2.101", 200),
            ("/extensions?x=1", "2.102", 400),
            ("/servers?x=1", "2.74", 200),
            ("/servers?x=1", "2.75", 400),
            ("/servers/detail?x=1", "2.75", 400),
        ):
            with self.subTest(path, version=version):
                self.member.get(path, version, expect=code)
