# SPDX-License-Identifier: Apache-2.0
"""2.64: a server group has one policy and rules, no longer a list of policies and metadata."""

from nova_cells.global_api.versioning import (
    Body,
    Document,
    Facts,
    Schema,
    body_changed,
    body_steps_up,
    reshaped,
    shape_changed,
)


@reshaped(64, on="server_group.show")
def policy_was_a_list(group: Document, facts: Facts) -> None:
    group["policies"] = [group.pop("policy")]
    group["metadata"] = {}
    del group["rules"]


@body_changed(64, of="server_group.create")
def policies_were_a_list(schema: Schema) -> None:
    group = schema["properties"]["server_group"]
    words = group["properties"].pop("policy")["enum"]
    del group["properties"]["rules"]
    group["properties"]["policies"] = {
        "type": "array",
        "items": {"enum": words},
        "minItems": 1,
        "maxItems": 1,
    }
    group["required"] = ["name", "policies"]


@body_steps_up(64, of="server_group.create")
def take_the_only_policy(body: Body) -> None:
    group = body["server_group"]
    (group["policy"],) = group.pop("policies")


@shape_changed(64, of="server_group.show")
def policies_is_a_list(schema: Schema) -> None:
    properties = schema["properties"]
    properties["policies"] = {"type": "array", "items": properties.pop("policy")}
    properties["metadata"] = {"type": "object"}
    del properties["rules"]
    schema["required"] = [*(set(schema["required"]) - {"policy", "rules"}), "policies", "metadata"]
