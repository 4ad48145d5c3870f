# SPDX-License-Identifier: Apache-2.0
"""Every route of the public contract, in and out of its window: routed here, 404 there.

Asked is only whether somebody answers. A thing that is not there answers 404 in its own words, a
wrong body 400; an operation that a version has not answers as if no such path were known, and an
unrouted path answers HTML.
"""

from __future__ import annotations

import re
import unittest
from collections.abc import Iterator

from nova_cells.global_api.openapi.catalogue import Endpoint, all_endpoints
from tests.api.routes import ROUTES, Route
from tests.api.side_case import ADMIN, MEMBER, MISSING, NEWEST, SideCase

THING = "6f70656e-7374-6163-6b20-6e6f76610000"
NOBODY = "The resource could not be found."
BESIDE = ("openapi", "version_documents")


def inside(route: Route) -> Iterator[int]:
    """The ends of the window, and what lies between them."""
    middle = (route.since + route.until) // 2
    yield from sorted({route.since, middle, route.until})


def outside(route: Route) -> Iterator[int]:
    """On either side of the window, as near and as far as can be."""
    if route.since > 1:
        yield from sorted({1, route.since - 1})
    if route.until < NEWEST:
        yield from sorted({route.until + 1, NEWEST})


class EveryRouteTest(SideCase):
    def answer_of(self, route: Route, version: int, as_: str = ADMIN):
        path = route.path
        for name in ("id", "server_id", "flavor_id"):
            path = path.replace("{" + name + "}", THING)
        body = None
        if route.method in ("POST", "PUT"):
            body = {route.action: None} if route.action else {"wrong": 1}
        return self.ask(route.method, path, body, version, as_=as_)

    def test_within_its_window_somebody_answers(self):
        for route in ROUTES:
            for version in inside(route):
                with self.subTest(route=route, version=version):
                    answer = self.answer_of(route, version)
                    self.assertNotIn("text/html", answer.headers.get("Content-Type", ""))
                    if answer.status == 404:
                        self.assertNotEqual(NOBODY, answer.message)
                    if answer.status >= 400:
                        self.assertEqual(answer.status, answer.fault[0])
                        self.assertNotIn("no such action", answer.message)
                    spoken = answer.headers["OpenStack-API-Version"]
                    self.assertEqual(f"compute 2.{version}", spoken)

    def test_outside_of_it_there_is_nothing(self):
        for route in ROUTES:
            for version in outside(route):
                for caller in (ADMIN, MEMBER):
                    with self.subTest(route=route, version=version, caller=caller):
                        answer = self.answer_of(route, version, caller)
                        self.refused(MISSING, answer)
                        self.assertEqual(NOBODY, answer.message)

    def test_with_the_project_in_the_path_too(self):
        for route in ROUTES:
            with self.subTest(route=route):
                plain = self.answer_of(route, route.until)
                project = ADMIN.partition(":")[2]
                named = Route(f"/{project}{route.path}", *route[1:])
                self.assertEqual(plain.status, self.answer_of(named, route.until).status)

    def test_a_token_is_needed(self):
        for route in ROUTES:
            with self.subTest(route=route):
                self.assertEqual(401, self.answer_of(route, route.until, as_="").status)

    def test_no_other_method(self):
        paths = {route.path: set() for route in ROUTES}
        for route in ROUTES:
            paths[route.path].add(route.method)
        for path, methods in paths.items():
            for method in {"GET", "POST", "PUT", "DELETE", "PATCH"} - methods:
                with self.subTest(path=path, method=method):
                    answer = self.answer_of(Route(path, method), NEWEST)
                    self.assertEqual(404, answer.status)
                    self.assertIn("text/html", answer.headers["Content-Type"])


class DeclarationsTest(unittest.TestCase):
    """The same table, compared with what the operations declare of themselves."""

    def test_no_route_more_and_none_less(self):
        served = {place_of(endpoint.path, endpoint.method, endpoint.action) for endpoint in ours()}
        wanted = {place_of(route.path, route.method, route.action) for route in ROUTES}
        self.assertEqual(sorted(wanted), sorted(served))

    def test_windows_and_codes_of_success(self):
        found = {}
        for endpoint in ours():
            place = place_of(endpoint.path, endpoint.method, endpoint.action)
            found.setdefault(place, []).append(endpoint)
        wrong = []
        for route in ROUTES:
            endpoints = found.get(place_of(route.path, route.method, route.action), [])
            for minor in range(1, NEWEST + 1):
                serving = [each for each in endpoints if minor in each.span]
                if (len(serving) == 1) is not (route.since <= minor <= route.until):
                    wrong.append(f"{route}: {len(serving)} answer at {minor}")
                elif serving and route.ok_at(minor) not in serving[0].successes(minor):
                    wrong.append(f"{route}: {serving[0].successes(minor)} at {minor}")
        self.assertEqual([], wrong)


def ours() -> list[Endpoint]:
    """All but what is retired, the document of this API, and the unversioned documents."""
    return [
        endpoint
        for endpoint in all_endpoints()
        if not endpoint.retired and not endpoint.root and endpoint.area not in BESIDE
    ]


def place_of(path: str, method: str, action: str | None) -> tuple[str, str, str]:
    """However the variables of a path are called."""
    return re.sub(r"{[^}]*}", "{}", path), method, action or ""
