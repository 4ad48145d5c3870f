# SPDX-License-Identifier: Apache-2.0
"""What the documents that need no token hold."""

from nova_cells.global_api.answer_fields import TEXT, listed, words
from nova_cells.global_api.versioning import Shape, many, one, whole

_LINK = whole({"rel": TEXT, "href": TEXT, "type": TEXT}, optional=("type",))
_VERSION = {
    "id": TEXT,
    "status": words("CURRENT", "SUPPORTED"),
    "version": TEXT,
    "min_version": TEXT,
    "updated": TEXT,
    "links": listed(_LINK),
}
BRIEF = Shape("version.index", _VERSION)
VERSION = Shape(
    "version.show", {**_VERSION, "media-types": listed(whole({"base": TEXT, "type": TEXT}))}
)

LIST = many("versions", BRIEF)
SHOW = one("version", VERSION)
