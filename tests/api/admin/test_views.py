# SPDX-License-Identifier: Apache-2.0
"""What administrators are told of the fleet, and what never leaves."""

from __future__ import annotations

import uuid

import orjson
from openapi_spec_validator import validate

from tests.api.admin.case import AdminCase
from tests.api.harness import HOSTS


class FleetTest(AdminCase):
    def test_cells(self) -> None:
        found = self.look("/cells")
        self.assertEqual(["east", "west"], [cell["name"] for cell in found["cells"]])
        self.assertEqual([True, True], [cell["answers"] for cell in found["cells"]])
        self.assertEqual([HOSTS, HOSTS], [cell["hosts"] for cell in found["cells"]])
        first = found["cells"][0]
        self.assertEqual(first["uuid"], self.look("/cells/east")["cell"]["uuid"])
        self.assertEqual("east", self.look(f"/cells/{first['uuid']}")["cell"]["name"])

    def test_pages(self) -> None:
        first = self.look("/cells?limit=1")
        second = self.look(f"/cells?limit=1&marker={first['next']}")
        names = [each["name"] for page in (first, second) for each in page["cells"]]
        self.assertEqual(["east", "west"], names)
        self.assertIsNone(second["next"])

    def test_hosts_of_a_cell_page_by_page(self) -> None:
        names, marker = [], ""
        while marker is not None:
            behind = f"&marker={marker}" if marker else ""
            page = self.look(f"/hosts?cell=west&limit=2{behind}")
            names += [host["name"] for host in page["hosts"]]
            marker = page["next"]
        self.assertEqual([f"west-{number + 1}" for number in range(HOSTS)], sorted(names))
        host = self.look(f"/hosts/{page['hosts'][0]['uuid']}")["host"]
        self.assertEqual(("west", True), (host["cell"], host["up"]))

    def test_capacity_by_flavor_zone_and_cell(self) -> None:
        (nano,) = [each for each in self.look("/capacity")["capacity"] if each["name"] == "m1.nano"]
        self.assertEqual({"east", "west"}, {part["cell"] for part in nano["by_zone"]})
        self.assertEqual(nano["places"], sum(part["places"] for part in nano["by_zone"]))
        self.assertGreater(nano["places"], 0)

    def test_versions(self) -> None:
        for cell in self.look("/versions")["versions"]:
            self.assertIn("cell", cell["spoken"])
            self.assertTrue(cell["services"][0]["host"])

    def test_no_drain_and_no_drift(self) -> None:
        self.assertEqual([], self.look("/drains")["drains"])
        self.assertEqual(0, self.look("/cells/east/drift")["number"])

    def test_it_tells_no_secret(self) -> None:
        text = "".join(
            self.ask(path).text
            for path in ("/cells", "/cells/east", "/hosts", "/versions", "/operations", "/drains")
        )
        for word in ("local://", "rabbit://", "transport", "sqlite", "password"):
            self.assertNotIn(word, text)


class OperationTest(AdminCase):
    def test_each_place_says_whether_it_answered(self) -> None:
        places = self.look("/operations")["places"]
        self.assertEqual(["global", "east", "west"], [each["place"] for each in places])
        self.assertTrue(all(each["answered"] for each in places))

    def test_a_build_as_a_line_in_time(self) -> None:
        server = self.boot()
        cell = self.look(f"/servers/{server}/routing")["routing"]["cell"]
        conductor = self.cloud.conductors[["east", "west"].index(cell)]
        database, store = conductor.database, conductor.journal.store
        (record,) = database.read(lambda connection: store.of_subject(connection, server))
        told = self.look(f"/operations/{cell}/{record.id}")["operation"]
        self.assertEqual(("build", False, "done"), (told["kind"], told["open"], told["result"]))
        self.assertEqual({"done"}, {step["outcome"] for step in told["steps"]})
        self.assertTrue({step["name"] for step in told["steps"]} <= set(told["plan"]))
        self.assertEqual({"arguments", "facts"} & set(told), set())
        self.gone(server)

    def test_what_there_is_not(self) -> None:
        for path in ("/operations/east/x", "/operations/global/x", "/operations/nowhere/x"):
            self.assertFault(self.ask(path), 404, "itemNotFound")
        self.assertFault(self.ask("/operations?place=nowhere"), 404, "itemNotFound", "nowhere")


class RoutingTest(AdminCase):
    def test_why_it_is_there(self) -> None:
        server = self.boot()
        told = self.look(f"/servers/{server}/routing")["routing"]
        self.assertEqual(told["host"], told["decided"]["host"])
        filters = [step["filter"] for step in told["decided"]["trail"]]
        self.assertIn("ResourceFilter", filters)
        self.assertEqual(["east", "west"], [cell["cell"] for cell in told["cells"]])
        for cell in told["cells"]:
            self.assertEqual((True, HOSTS), (cell["answered"], cell["hosts"]))
            self.assertGreater(cell["hosts_left"], 0)
        self.gone(server)

    def test_why_many_are_there(self) -> None:
        name = uuid.uuid4().hex
        body = self.wish(name=name, min_count=2, max_count=2)
        self.member.post("/servers", body, expect=202)
        listed = self.member.get(f"/servers?name={name}").json["servers"]
        self.assertEqual(2, len(listed))
        for each in listed:
            self.settled(each["id"], "ACTIVE")
            told = self.look(f"/servers/{each['id']}/routing")["routing"]
            self.assertTrue(told["decided"]["trail"])
            self.gone(each["id"])

    def test_why_it_is_nowhere(self) -> None:
        body = self.wish()
        body["server"]["flavorRef"] = self._flavor_nobody_can_run()
        server = self.admin.post("/servers", body, expect=202).json["server"]["id"]
        self.settled(server, "ERROR")
        told = self.look(f"/servers/{server}/routing")["routing"]
        self.assertEqual((None, None), (told["cell"], told["host"]))
        self.assertIn("TraitsFilter: 0 hosts left", told["fault"])
        self.admin.delete(f"/servers/{server}", expect=204)

    def _flavor_nobody_can_run(self) -> str:
        flavor = {"name": uuid.uuid4().hex, "ram": 64, "vcpus": 1, "disk": 1}
        made = self.admin.post("/flavors", {"flavor": flavor}).json["flavor"]["id"]
        specs = {"extra_specs": {"trait:CUSTOM_NOBODY_HAS_THIS": "required"}}
        self.admin.post(f"/flavors/{made}/os-extra_specs", specs, expect=200)
        return str(made)

    def test_what_there_is_not(self) -> None:
        for server in (str(uuid.uuid4()), "x"):
            self.assertFault(self.ask(f"/servers/{server}/routing"), 404, "itemNotFound")


class BadInputTest(AdminCase):
    def test_queries(self) -> None:
        for query in ("limit=0", "limit=x", "marker=none", "colour=blue", "limit=1&limit=2"):
            self.assertFault(self.ask(f"/cells?{query}"), 400, "badRequest")
        self.assertFault(self.ask("/operations?marker=x"), 400, "badRequest", "place")
        self.assertFault(self.ask("/operations?at_risk=maybe"), 400, "badRequest")
        self.assertFault(self.ask("/hosts?cell=none"), 404, "itemNotFound")

    def test_there_are_no_microversions(self) -> None:
        token = {"X-Auth-Token": "admin:0123", "OpenStack-API-Version": "compute 9.9"}
        response = self.http.get("/cells/v1/cells", headers=token)
        self.assertNotIn("OpenStack-API-Version", response.headers)

    def test_it_only_reads(self) -> None:
        token = {"X-Auth-Token": "admin:0123"}
        for method in ("POST", "PUT", "DELETE"):
            answer = self.http.request("/cells/v1/cells", method=method, headers=token, status="*")
            self.assertEqual(404, answer.status_int)


class DocumentTest(AdminCase):
    def test_it_is_described_without_a_token(self) -> None:
        response = self.ask("/openapi.json", token=None)
        document = orjson.loads(response.body)
        validate(document)
        self.assertIn("/servers/{uuid}/routing", document["paths"])
        self.assertIn("/operations/{place}/{key}", document["paths"])
