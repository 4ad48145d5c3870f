# SPDX-License-Identifier: Apache-2.0
"""How a hundred microversions are served by code that knows only the newest one.

Files in `nova_cells.global_api.versions` declare what each version changed; this package turns the
declarations into cached plans. Services and presenters never compare version numbers.
"""

from nova_cells.global_api.versioning.answers import Answer, many, one
from nova_cells.global_api.versioning.bodies import (
    Body,
    BodySchema,
    Schema,
    body_changed,
    body_steps_up,
)
from nova_cells.global_api.versioning.gates import gate, gate_open
from nova_cells.global_api.versioning.history import (
    Document,
    Facts,
    Plan,
    added,
    plan_for,
    removed,
    reshaped,
)
from nova_cells.global_api.versioning.parameters import (
    Choice,
    Moment,
    Number,
    Parameter,
    Text,
    Uuid,
)
from nova_cells.global_api.versioning.queries import (
    QuerySchema,
    parameters_added,
    parameters_removed,
    query_strict,
)
from nova_cells.global_api.versioning.shapes import Shape, Within, shape_changed, whole
from nova_cells.global_api.versioning.span import NEWEST, OLDEST, Span

__all__ = [
    "NEWEST",
    "OLDEST",
    "Answer",
    "Body",
    "BodySchema",
    "Choice",
    "Document",
    "Facts",
    "Moment",
    "Number",
    "Parameter",
    "Plan",
    "QuerySchema",
    "Schema",
    "Shape",
    "Span",
    "Text",
    "Uuid",
    "Within",
    "added",
    "body_changed",
    "body_steps_up",
    "gate",
    "gate_open",
    "many",
    "one",
    "parameters_added",
    "parameters_removed",
    "plan_for",
    "query_strict",
    "removed",
    "reshaped",
    "shape_changed",
    "whole",
]
