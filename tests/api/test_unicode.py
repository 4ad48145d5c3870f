# SPDX-License-Identifier: Apache-2.0
"""Names and metadata hold any Unicode, characters beyond the first 65,536 included."""

from __future__ import annotations

from urllib.parse import quote

from tests.api.harness import ApiCase

CAT = "\U0001f408"  # four bytes in UTF-8
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"  # three persons and two joiners
WORDS = (
    CAT,
    CAT * 255,
    FAMILY,
    "naïve Ünïcødé",
    "日本語サーバー",
    "\U00020bb7野家",
    "خادم",
    "e\u0301",  # not the same as é
    "\U0001d54f & <b> 'quoted' \"twice\" \\ / % _ *",
)


class UnicodeTest(ApiCase):
    def test_names_of_servers(self):
        for name in WORDS:
            with self.subTest(name):
                made = self.member.post("/servers", self.wish(name=name), expect=202)
                path = f"/servers/{made.json['server']['id']}"
                self.settled(path.rsplit("/", 1)[1], "ACTIVE")
                self.assertEqual(name, self.member.get(path).json["server"]["name"])
                again = {"server": {"name": name[::-1][:255].strip(), "description": name}}
                changed = self.member.put(path, again, expect=200).json["server"]
                self.assertEqual(again["server"]["name"], changed["name"])
                self.assertEqual(name, changed["description"])
                self.member.delete(path, expect=204)

    def test_a_list_by_name(self):
        server = self.boot(name=f"cat {CAT}")
        self.boot(name="cat \U0001f415")
        for name in (CAT, f"cat {CAT}", f"^cat {CAT}$"):
            listed = self.member.get(f"/servers?name={quote(name)}", expect=200).json["servers"]
            self.assertEqual([server], [each["id"] for each in listed])
        order = self.member.get("/servers?sort_key=display_name&sort_dir=asc").json["servers"]
        self.assertEqual(f"cat {CAT}", order[0]["name"])

    def test_one_character_too_many(self):
        for name in (CAT * 256, " ", "", f" {CAT}", "a\u0007", "a\ud800"):
            answer = self.member.ask("POST", "/servers", self.wish(name=name))
            self.assertEqual(400, answer.status_int, ascii(name))

    def test_metadata_and_tags(self):
        values = {f"k{number}": word[:255] for number, word in enumerate(WORDS)}
        server = self.boot(metadata=values, tags=[CAT, FAMILY])
        shown = self.member.get(f"/servers/{server}").json["server"]
        self.assertEqual((values, {CAT, FAMILY}), (shown["metadata"], set(shown["tags"])))
        path = f"/servers/{server}/metadata"
        self.member.put(f"{path}/k0", {"meta": {"k0": FAMILY}}, expect=200)
        self.assertEqual(FAMILY, self.member.get(f"{path}/k0").json["meta"]["k0"])
        tag = f"/servers/{server}/tags/{quote(CAT)}"
        self.member.get(tag, expect=204)
        listed = self.member.get(f"/servers?tags={quote(CAT)}", expect=200).json["servers"]
        self.assertEqual([server], [each["id"] for each in listed])
        self.member.delete(tag, expect=204)
        self.member.get(tag, expect=404)
        made = self.member.put(tag, None, expect=201)
        self.assertTrue(made.headers["Location"].endswith(f"/tags/{quote(CAT)}"))
        made = self.member.put(f"/servers/{server}/tags/a%0D%0AX: b", None, expect=201)
        self.assertNotIn("X", made.headers)

    def test_names_of_other_things(self):
        for word in (CAT, FAMILY, WORDS[-1]):
            group = {"server_group": {"name": word, "policy": "affinity"}}
            made = self.member.post("/os-server-groups", group, expect=200).json["server_group"]
            self.addCleanup(self.member.delete, f"/os-server-groups/{made['id']}", expect=204)
            self.assertEqual(word, made["name"])
            flavor = {"name": f"{word} {self.project}", "ram": 64, "vcpus": 1, "disk": 1}
            flavor["description"] = word
            made = self.admin.post("/flavors", {"flavor": flavor}, expect=200).json["flavor"]
            self.addCleanup(self.admin.delete, f"/flavors/{made['id']}", expect=202)
            shown = self.admin.get(f"/flavors/{made['id']}").json["flavor"]
            self.assertEqual((flavor["name"], word), (shown["name"], shown["description"]))
            aggregate = {"aggregate": {"name": f"{word} {self.project}"}}
            made = self.admin.post("/os-aggregates", aggregate, expect=200).json["aggregate"]
            self.addCleanup(self.admin.delete, f"/os-aggregates/{made['id']}", expect=200)
            self.assertEqual(aggregate["aggregate"]["name"], made["name"])
            action = {"set_metadata": {"metadata": {"k": word}}}
            path = f"/os-aggregates/{made['id']}/action"
            found = self.admin.post(path, action, expect=200).json["aggregate"]["metadata"]
            self.assertEqual(word, found["k"])

    def test_reasons(self):
        server = self.boot()
        path = f"/servers/{server}"
        self.member.post(f"{path}/action", {"lock": {"locked_reason": FAMILY}}, expect=202)
        self.assertEqual(FAMILY, self.member.get(path).json["server"]["locked_reason"])
