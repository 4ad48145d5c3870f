# SPDX-License-Identifier: Apache-2.0
"""Every view of administrators as every persona: nobody else sees any of it, page or API."""

from __future__ import annotations

import uuid
from typing import Any

from nova_cells.global_api.admin import page, views
from tests.api.admin.case import AdminCase

PERSONAS = {
    None: 401,
    "olga:0123:member": 403,
    "rita:0123:reader": 403,
    "max:0123:manager": 403,
    "nova:0123:service": 403,
}
PUBLIC = {"admin.openapi", "page.login", "page.logout", "page.static"}


def _path(pattern: str) -> str:
    things = {"cell": "east", "host": "1", "place": "east", "key:.+": "x"}
    things["uuid"] = str(uuid.uuid4())
    for name, thing in things.items():
        pattern = pattern.replace("{" + name + "}", thing)
    return pattern


class PersonaTest(AdminCase):
    def test_the_api(self) -> None:
        for name in views.ROUTES.keys() - PUBLIC:
            path = _path(views.ROUTES[name]).removeprefix("/v1")
            for token, code in PERSONAS.items():
                self.assertEqual(code, self.ask(path, token).status_int, f"{path} {token}")
            self.assertIn(self.ask(path).status_int, (200, 404), path)

    def test_the_page(self) -> None:
        for name in page.ROUTES.keys() - PUBLIC:
            for token, code in PERSONAS.items():
                answer = self.visit("/cells" + _path(page.ROUTES[name]), token)
                self.assertEqual(303 if code == 401 else code, answer.status_int, f"{name} {token}")

    def visit(self, path: str, token: str | None) -> Any:
        self.http.reset()
        if token is not None:
            form = self.http.get("/cells/login").form
            form["token"] = token
            form.submit(status=303)
        return self.http.get(path, status="*")
