# SPDX-License-Identifier: Apache-2.0
"""Whether a project somebody names exists: a limit for a mistyped one would never limit anything.

Keystone is asked where one is configured. When it does not answer or forbids the question, the name
is believed and the doubt is logged: it must not stop what does not need it.
"""

from __future__ import annotations

from typing import Any

from oslo_log import log

from nova_cells.clients.identity import IdentityUnavailable
from nova_cells.global_api.faults import BadRequest

LOG = log.getLogger(__name__)


def check_project(request: Any, project_id: str) -> None:
    """400 unless there may be such a project. The caller's own token proves that his exists."""
    if project_id == request.caller.project_id:
        return
    try:
        known = request.side.identity.has_project(project_id)
    except IdentityUnavailable as fault:
        LOG.warning("Project %s is believed to exist: %s", project_id, fault)
        return
    if not known:
        raise BadRequest(f"Project ID {project_id} is not a valid project.")
