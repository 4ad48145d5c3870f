# SPDX-License-Identifier: Apache-2.0
"""Faults as pages, for whoever asked for a page; the API's are left alone."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPNotFound

from nova_cells.global_api.admin.page.rendering import page
from nova_cells.global_api.admin.page.sessions import is_page
from nova_cells.global_api.faults import ApiFault
from nova_cells.global_api.faults_http import Unrouted


def faults_tween_factory(handler: Any, registry: Any) -> Any:
    """Within the tween that answers what nobody foresaw."""

    def answer(request: Any) -> Any:
        if not is_page(request.environ):
            return handler(request)
        try:
            return handler(request)
        except ApiFault as fault:
            return page(request, "fault", fault.code, code=fault.code, message=fault.message)
        except (Unrouted, HTTPNotFound):
            return page(request, "fault", 404, code=404, message="There is no such page.")

    return answer
