# SPDX-License-Identifier: Apache-2.0
"""What GET /limits answers."""

from nova_cells.global_api.answer_fields import ANYTHING, WHOLE, listed
from nova_cells.global_api.resources.limits import presenter
from nova_cells.global_api.versioning import Shape, one, whole

ABSOLUTE = Shape(
    presenter.SHAPE,
    dict.fromkeys((*presenter.LIMITS, *presenter.USED), WHOLE),
    past=dict.fromkeys(presenter.PAST, WHOLE),
)

SHOW = one("limits", whole({"rate": listed(ANYTHING), "absolute": ABSOLUTE}))
