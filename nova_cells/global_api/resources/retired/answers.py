# SPDX-License-Identifier: Apache-2.0
"""The three answers of what is retired. They look at nothing a request holds."""

from __future__ import annotations

from typing import Any, NoReturn

from nova_cells.global_api.api_view import Operation, View
from nova_cells.global_api.faults import ApiFault, BadRequest, NotFound
from nova_cells.global_api.policies import CHECKED_INSIDE


class Gone(ApiFault):
    """Removed from the API for good."""

    code = 410


def _not_found(_context: Any, _request: Any) -> NoReturn:
    raise NotFound("The resource could not be found.")


def _gone(_context: Any, _request: Any) -> NoReturn:
    raise Gone("This resource was removed from the Compute API and is not available any more.")


def _no_rdp(_context: Any, _request: Any) -> NoReturn:
    raise BadRequest("Unavailable console type rdp.")


def _operation(view: View) -> Operation:
    return Operation(view, CHECKED_INSIDE, None, None, None, None, 200)


NOT_FOUND = _operation(_not_found)
GONE = _operation(_gone)
NO_RDP = _operation(_no_rdp)
