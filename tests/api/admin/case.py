# SPDX-License-Identifier: Apache-2.0
"""The API below /cells/v1 over a whole cloud; each answer is held against what is declared."""

from __future__ import annotations

from functools import cache
from typing import Any

import fastjsonschema
from webtest import TestApp

from nova_cells.global_api.versioning import NEWEST
from nova_cells.global_api.versioning.formats import is_uuid
from tests.api.harness import ApiCase

CODES = {400, 401, 403, 404}


class AdminCase(ApiCase):
    """`look` asks as an administrator."""

    def setUp(self) -> None:
        super().setUp()
        self.http = TestApp(self.cloud.app)

    def ask(self, path: str, token: str | None = "admin:0123", **more: Any) -> Any:
        headers = {"X-Auth-Token": token} if token else {}
        response = self.http.get(f"/cells/v1{path}", headers=headers, status="*", **more)
        operation = response.request.environ.get("nova_cells.operation")
        if operation is not None and response.status_int == 200:
            _validator(operation.answer)(response.json)
        elif operation is not None:
            self.assertIn(response.status_int, CODES | set(operation.faults), response.text)
        return response

    def look(self, path: str) -> Any:
        """What is answered with 200."""
        response = self.ask(path)
        self.assertEqual(200, response.status_int, response.text)
        return response.json


@cache
def _validator(answer: Any) -> Any:
    schema = {"$schema": "http://json-schema.org/draft-07/schema#", **answer.at(NEWEST)}
    return fastjsonschema.compile(schema, formats={"uuid": is_uuid}, use_default=False)
