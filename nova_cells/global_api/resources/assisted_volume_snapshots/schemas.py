# SPDX-License-Identifier: Apache-2.0
"""The body of a POST, and the query of a DELETE, which is JSON."""

from __future__ import annotations

from typing import Any

import orjson

from nova_cells.global_api.resources.servers.schemas.fields import closed
from nova_cells.global_api.versioning import BodySchema, Parameter, QuerySchema
from nova_cells.global_api.versioning.parameters import refusal

_TEXT = {"type": "string", "minLength": 1}

CREATE = BodySchema(
    "assisted_volume_snapshot.create",
    closed(
        {
            "snapshot": closed(
                {
                    "volume_id": _TEXT,
                    "create_info": closed(
                        {
                            "snapshot_id": _TEXT,
                            "type": {"type": "string", "enum": ["qcow2"]},
                            "new_file": _TEXT,
                            "id": _TEXT,
                        },
                        required=("snapshot_id", "type", "new_file"),
                    ),
                },
                required=("volume_id", "create_info"),
            )
        },
        required=("snapshot",),
    ),
)


class _DeleteInfo(Parameter):
    """A JSON object that names the volume."""

    def one(self, name: str, text: str) -> dict[str, Any]:
        try:
            value = orjson.loads(text)
        except orjson.JSONDecodeError:
            raise refusal(name, text, "it is not JSON") from None
        if not isinstance(value, dict) or not isinstance(value.get("volume_id"), str):
            raise refusal(name, text, "it is no object with a volume_id")
        for file in ("file_to_merge", "merge_target_file"):
            if not (value.get(file) is None or (isinstance(value[file], str) and value[file])):
                raise refusal(name, text, f"its {file} is no name of a file")
        return value


DELETE = QuerySchema("assisted_volume_snapshot.delete", {"delete_info": _DeleteInfo(last=True)})
