# SPDX-License-Identifier: Apache-2.0
"""2.57: files are no longer injected into servers, so nothing limits them."""

from nova_cells.global_api.versioning import Schema, added, body_changed, removed

FILE_QUOTAS = ("injected_files", "injected_file_content_bytes", "injected_file_path_bytes")

removed(57, *FILE_QUOTAS, of=("quota_set", "quota_class_set"))
removed(57, "maxPersonality", "maxPersonalitySize", of="limits.absolute")


@body_changed(57, of=("quota_set.update", "quota_class_set.update"))
def with_file_quotas(schema: Schema) -> None:
    (resource,) = schema["required"]
    quotas = schema["properties"][resource]["properties"]
    quotas.update(dict.fromkeys(FILE_QUOTAS, quotas["cores"]))


added(57, "user_data", to="server.rebuild")


@body_changed(57, of=("server.create", "server.rebuild"))
def with_personality(schema: Schema) -> None:
    file = {
        "type": "object",
        "properties": {
            "path": {"type": "string", "minLength": 1},
            "contents": {"type": "string", "format": "base64"},
        },
        "required": ["path", "contents"],
        "additionalProperties": False,
    }
    key = "rebuild" if "rebuild" in schema["properties"] else "server"
    server = schema["properties"][key]["properties"]
    if key == "rebuild":
        server.pop("user_data")
    server["personality"] = {"type": "array", "items": file}
