# SPDX-License-Identifier: Apache-2.0
"""What the operations of /os-keypairs answer. Only the one that made a key ever shows it."""

from nova_cells.global_api.answer_fields import (
    BOOLEAN,
    MOMENT,
    MOMENT_OR_NULL,
    TEXT,
    WHOLE,
    words,
)
from nova_cells.global_api.versioning import Shape, Within, many, one, whole

_PUBLIC = {"name": TEXT, "public_key": TEXT, "fingerprint": TEXT, "type": words("ssh", "x509")}
BRIEF = Shape("keypair.index", _PUBLIC)
MADE = Shape(
    "keypair.create",
    {**_PUBLIC, "user_id": TEXT, "private_key": Within("2.1-2.91", TEXT)},
    optional=("private_key",),
)
KEYPAIR = Shape(
    "keypair.show",
    {
        **_PUBLIC,
        "id": WHOLE,
        "user_id": TEXT,
        "created_at": MOMENT,
        "updated_at": MOMENT_OR_NULL,
        "deleted": BOOLEAN,
        "deleted_at": MOMENT_OR_NULL,
    },
)

LIST = many("keypairs", whole({"keypair": BRIEF}), links=("keypairs_links", "2.35-"))
CREATE = one("keypair", MADE)
SHOW = one("keypair", KEYPAIR)
