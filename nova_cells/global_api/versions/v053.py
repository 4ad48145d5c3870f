# SPDX-License-Identifier: Apache-2.0
"""2.53: services and hypervisors are known by uuid; searches became query parameters."""

from nova_cells.global_api.versioning import (
    Document,
    Facts,
    Schema,
    gate,
    parameters_added,
    query_strict,
    reshaped,
    shape_changed,
)

gate(53, "2.53-uuids")
parameters_added(53, "hypervisor_hostname_pattern", to="hypervisor.list")
parameters_added(53, "with_servers", to=("hypervisor.list", "hypervisor.show"))
query_strict(53, on=("hypervisor.list", "hypervisor.show"))


@reshaped(53, on="service.show", needs=["number"])
def service_id_was_a_number(service: Document, facts: Facts) -> None:
    service["id"] = facts["number"]


@reshaped(53, on=("hypervisor.index", "hypervisor.detail", "hypervisor.uptime"), needs=["number"])
def hypervisor_id_was_a_number(hypervisor: Document, facts: Facts) -> None:
    hypervisor["id"] = facts["number"]
    if "service" in hypervisor:
        hypervisor["service"]["id"] = facts["number"]


@shape_changed(
    53, of=("service.show", "hypervisor.index", "hypervisor.detail", "hypervisor.uptime")
)
def id_is_a_number(schema: Schema) -> None:
    properties = schema["properties"]
    properties["id"] = {"type": "integer"}
    if "service" in properties:
        properties["service"]["properties"]["id"] = {"type": "integer"}
