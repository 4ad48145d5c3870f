# SPDX-License-Identifier: Apache-2.0
"""What the operations of /flavors answer."""

from nova_cells.global_api.answer_fields import BOOLEAN, NUMBER, TEXT, TEXT_OR_NULL, WHOLE, mapped
from nova_cells.global_api.versioning import Shape, many, one
from nova_cells.global_api.versioning.answers import LINKS

FLAVOR = Shape(
    "flavor.show",
    {
        "id": TEXT,
        "name": TEXT,
        "ram": WHOLE,
        "disk": WHOLE,
        "swap": WHOLE,
        "OS-FLV-EXT-DATA:ephemeral": WHOLE,
        "vcpus": WHOLE,
        "os-flavor-access:is_public": BOOLEAN,
        "description": TEXT_OR_NULL,
        "links": LINKS,
        "extra_specs": mapped(TEXT),
    },
    optional=("extra_specs",),
    past={"rxtx_factor": NUMBER, "OS-FLV-DISABLED:disabled": BOOLEAN},
)
BRIEF = Shape(
    "flavor.index", {"id": TEXT, "name": TEXT, "links": LINKS, "description": TEXT_OR_NULL}
)

LIST = many("flavors", BRIEF, links="flavors_links")
DETAIL = many("flavors", FLAVOR, links="flavors_links")
SHOW = one("flavor", FLAVOR)
