# SPDX-License-Identifier: Apache-2.0
"""Key pairs in every version: types, users, pages, generated keys and the quota."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from nova_cells.global_api.db.tables.keypairs import keypairs
from nova_cells.global_api.resources.keypairs import keys
from tests.api.side_case import (
    ADMIN,
    BAD,
    CLASH,
    DENIED,
    MEMBER,
    MISSING,
    NEWEST,
    OUTSIDER,
    READER,
    SideCase,
)

SSH = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@here"
SSH_FINGERPRINT = "65:96:2d:fc:e8:d5:a9:11:64:0c:0f:ea:00:6e:5b:bd"


def wish(name: str = "k", **more: Any) -> dict[str, Any]:
    return {"keypair": {"name": name, "public_key": SSH, **more}}


class KeypairTest(SideCase):
    def make(self, name: str = "k", version: int = NEWEST, **more: Any) -> dict[str, Any]:
        who = more.pop("as_", MEMBER)
        return self.post("/os-keypairs", wish(name, **more), version, as_=who).body["keypair"]

    def names(self, query: str = "", version: int = NEWEST, who: str = MEMBER) -> list[str]:
        body = self.get(f"/os-keypairs{query}", version, as_=who, status=200).body
        return [each["keypair"]["name"] for each in body["keypairs"]]

    def test_fields_and_codes_of_each_version(self) -> None:
        base = {"name", "public_key", "fingerprint"}
        for version, kind, made_code, gone_code in (
            (1, set(), 200, 202),
            (2, {"type"}, 201, 204),
            (91, {"type"}, 201, 204),
            (92, {"type"}, 201, 204),
            (NEWEST, {"type"}, 201, 204),
        ):
            with self.subTest(version=version):
                made = self.post("/os-keypairs", wish(), version, as_=MEMBER, status=made_code)
                self.assertEqual(base | kind | {"user_id"}, set(made.body["keypair"]))
                shown = self.get("/os-keypairs/k", version, as_=MEMBER).body["keypair"]
                times = {"created_at", "updated_at", "deleted", "deleted_at"}
                self.assertEqual(base | kind | times | {"id", "user_id"}, set(shown))
                listed = self.get("/os-keypairs", version, as_=MEMBER).body["keypairs"]
                self.assertEqual(base | kind, set(listed[0]["keypair"]))
                gone = self.delete("/os-keypairs/k", version, as_=MEMBER, status=gone_code)
                self.assertIsNone(gone.body)

    def test_fingerprint_is_what_ssh_keygen_says(self) -> None:
        self.assertEqual(SSH_FINGERPRINT, self.make()["fingerprint"])

    def test_generated_until_2_91(self) -> None:
        for version, kind in ((1, "ssh"), (91, "ssh"), (2, "x509")):
            body = {"keypair": {"name": f"g{version}"}}
            if version > 1:
                body["keypair"]["type"] = kind
            made = self.post("/os-keypairs", body, version, as_=MEMBER).body["keypair"]
            self.assertIn("PRIVATE KEY", made["private_key"])
            self.assertEqual(made["fingerprint"], keys.fingerprint(kind, made["public_key"]))
        self.refused(BAD, self.post("/os-keypairs", {"keypair": {"name": "n"}}, 92, as_=MEMBER))

    def test_private_key_is_shown_once(self) -> None:
        self.post("/os-keypairs", {"keypair": {"name": "g"}}, 1, as_=MEMBER, status=200)
        self.assertNotIn("private_key", self.get("/os-keypairs/g", 1, as_=MEMBER).body["keypair"])
        stored = self.database.read(lambda c: c.execute(select(keypairs)).all())
        self.assertIn("ssh-rsa", str(stored))
        self.assertNotIn("PRIVATE", str(stored))

    def test_bad_bodies(self) -> None:
        for version in (2, 91, 92, NEWEST):
            for body in (
                {},
                [],
                {"keypair": None},
                {"keypair": {}},
                {"keypair": {"public_key": SSH}},
                {**wish(), "more": 1},
                *(wish(name) for name in ("", " ", "a/b", "a:b", "ü", "x" * 256, " a", "a ")),
                wish(5),
                wish(type="rsa"),
                wish(public_key=""),
                wish(public_key="nonsense"),
                wish(public_key="ssh-rsa AAAA"),
                wish(public_key="ssh-rsa !!!!"),
                wish(public_key=SSH.replace("ssh-ed25519", "ssh-rsa")),
                wish(public_key=SSH, type="x509"),
                wish(public_key=5),
                wish(more=1),
            ):
                with self.subTest(version=version, body=body):
                    self.refused(BAD, self.post("/os-keypairs", body, version, as_=MEMBER))

    def test_names(self) -> None:
        for name in ("a.b", "a@b"):
            self.refused(BAD, self.post("/os-keypairs", wish(name), 91, as_=MEMBER))
            self.make(name, 92)
        self.make("a b_c-d9", 1)

    def test_taken(self) -> None:
        self.make()
        self.refused(CLASH, self.post("/os-keypairs", wish(), as_=MEMBER))
        self.refused(CLASH, self.post("/os-keypairs", {"keypair": {"name": "k"}}, as_=MEMBER))
        self.make(as_=ADMIN)

    def test_type_since_2_2(self) -> None:
        self.refused(BAD, self.post("/os-keypairs", wish(type="ssh"), 1, as_=MEMBER))
        self.assertEqual("ssh", self.make(version=2, type="ssh")["type"])

    def test_missing(self) -> None:
        for version in (1, NEWEST):
            self.refused(MISSING, self.get("/os-keypairs/none", version, as_=MEMBER))
            self.refused(MISSING, self.delete("/os-keypairs/none", version, as_=MEMBER))

    def test_other_users_since_2_10(self) -> None:
        self.make("mine")
        self.refused(BAD, self.post("/os-keypairs", wish(user_id="mia"), 9, as_=ADMIN))
        made = self.make("hers", 10, user_id="mia", as_=ADMIN)
        self.assertEqual("mia", made["user_id"])
        self.assertEqual(["hers", "mine"], self.names("?user_id=mia", 10, ADMIN))
        self.assertEqual([], self.names("?user_id=mia", 9, ADMIN))
        self.get("/os-keypairs/hers?user_id=mia", 10, as_=ADMIN, status=200)
        self.delete("/os-keypairs/hers?user_id=mia", 10, as_=ADMIN, status=204)
        for who in (OUTSIDER, READER):
            self.refused(DENIED, self.get("/os-keypairs?user_id=mia", 10, as_=who))
            self.refused(DENIED, self.get("/os-keypairs/mine?user_id=mia", 10, as_=who))
            self.refused(DENIED, self.delete("/os-keypairs/mine?user_id=mia", 10, as_=who))
            self.refused(DENIED, self.post("/os-keypairs", wish(user_id="mia"), 10, as_=who))

    def test_own_keys_only(self) -> None:
        self.make("mine")
        self.assertEqual([], self.names(who=OUTSIDER))
        self.refused(MISSING, self.get("/os-keypairs/mine", as_=OUTSIDER))
        self.post("/os-keypairs", wish(), as_=READER, status=200)

    def test_pages_since_2_35(self) -> None:
        for name in ("c", "a", "b", "d"):
            self.make(name)
        self.assertEqual(4, len(self.names("?limit=1", 34)))
        self.assertEqual(["a", "b", "c", "d"], self.names())
        page = self.get("/os-keypairs?limit=2", 35, as_=MEMBER).body
        self.assertIn("limit=2&marker=b", page["keypairs_links"][0]["href"])
        self.assertEqual(["c", "d"], self.names("?limit=2&marker=b", 35))
        self.assertNotIn("keypairs_links", self.get("/os-keypairs?marker=b", 35, as_=MEMBER).body)
        for query in ("limit=x", "limit=-1", "marker=none", "limit=1&limit=2"):
            self.refused(BAD, self.get(f"/os-keypairs?{query}", 35, as_=MEMBER))

    def test_unknown_parameters_are_refused_since_2_75(self) -> None:
        self.make()
        for path in ("/os-keypairs", "/os-keypairs/k"):
            self.get(f"{path}?x=1", 74, as_=MEMBER, status=200)
            self.refused(BAD, self.get(f"{path}?x=1", 75, as_=MEMBER))
        self.refused(BAD, self.delete("/os-keypairs/k?x=1", 75, as_=MEMBER))
        self.delete("/os-keypairs/k?x=1", 74, as_=MEMBER, status=204)


class KeypairQuotaTest(SideCase):
    overrides = {"quota__key_pairs": 2}

    def test_quota(self) -> None:
        for name in ("a", "b"):
            self.post("/os-keypairs", wish(name), NEWEST, as_=MEMBER, status=201)
        for body in (wish("c"), {"keypair": {"name": "c"}}):
            answer = self.post("/os-keypairs", body, 2, as_=MEMBER)
            self.refused(DENIED, answer)
            self.assertIn("too many key pairs", answer.message)
        self.delete("/os-keypairs/a", as_=MEMBER, status=202)
        self.refused(CLASH, self.post("/os-keypairs", wish("b"), 2, as_=MEMBER))
        self.post("/os-keypairs", wish("c"), NEWEST, as_=MEMBER, status=201)
