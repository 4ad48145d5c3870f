# SPDX-License-Identifier: Apache-2.0
"""Bodies of the metadata operations."""

from nova_cells.global_api.resources.servers.schemas.fields import METADATA, closed
from nova_cells.global_api.versioning import BodySchema

ALL = BodySchema("server_metadata", closed({"metadata": METADATA}, required=("metadata",)))
ONE = BodySchema(
    "server_metadata_item",
    closed({"meta": {**METADATA, "minProperties": 1, "maxProperties": 1}}, required=("meta",)),
)
