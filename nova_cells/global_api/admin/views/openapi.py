# SPDX-License-Identifier: Apache-2.0
"""GET /cells/v1/openapi.json: this API described. It needs no token."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.admin import openapi
from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.policies import PUBLIC
from nova_cells.global_api.resources.openapi_document.answers import DOCUMENT


@api_view(route_name="admin.openapi", policy=PUBLIC, answer=DOCUMENT)
def show(_root: Any, request: Any) -> Any:
    return openapi.document(request.registry)
