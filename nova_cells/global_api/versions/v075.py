# SPDX-License-Identifier: Apache-2.0
"""2.75: many lists refuse unknown parameters; no swap is 0; PUT answers with the whole server."""

from nova_cells.global_api.versioning import (
    Document,
    Facts,
    Schema,
    added,
    gate,
    query_strict,
    reshaped,
    shape_changed,
)

query_strict(
    75,
    on=(
        "assisted_volume_snapshot.delete",
        "flavor.list",
        "keypair.index",
        "keypair.show",
        "keypair.delete",
        "limits",
        "quota_set",
        "server_group.list",
        "servers.list",
        "service.list",
        "tenant_usage.list",
        "tenant_usage.show",
        "volume_attachment.list",
    ),
)
gate(75, "2.75-hypervisors-always-list-servers")


@reshaped(75, on="flavor.show")
def no_swap_was_empty_text(flavor: Document, facts: Facts) -> None:
    flavor["swap"] = flavor["swap"] or ""


_CHANGED = ("server.update", "server.rebuild")
added(
    75,
    "OS-EXT-AZ:availability_zone",
    "OS-EXT-SRV-ATTR:host",
    "OS-EXT-SRV-ATTR:hostname",
    "OS-EXT-SRV-ATTR:hypervisor_hostname",
    "OS-EXT-SRV-ATTR:instance_name",
    "OS-EXT-SRV-ATTR:kernel_id",
    "OS-EXT-SRV-ATTR:launch_index",
    "OS-EXT-SRV-ATTR:ramdisk_id",
    "OS-EXT-SRV-ATTR:reservation_id",
    "OS-EXT-SRV-ATTR:root_device_name",
    "OS-EXT-SRV-ATTR:user_data",
    "OS-EXT-STS:power_state",
    "OS-EXT-STS:task_state",
    "OS-EXT-STS:vm_state",
    "OS-SRV-USG:launched_at",
    "OS-SRV-USG:terminated_at",
    "config_drive",
    "host_status",
    "os-extended-volumes:volumes_attached",
    "security_groups",
    to=_CHANGED,
)
added(75, "key_name", to="server.update")

_OF_ADDRESSES = ("OS-EXT-IPS:type", "OS-EXT-IPS-MAC:mac_addr")


@reshaped(75, on=_CHANGED)
def addresses_were_bare(server: Document, facts: Facts) -> None:
    for addresses in server["addresses"].values():
        for address in addresses:
            for name in _OF_ADDRESSES:
                address.pop(name, None)


@shape_changed(75, of=_CHANGED)
def addresses_are_bare(schema: Schema) -> None:
    address = schema["properties"]["addresses"]["additionalProperties"]["items"]
    for name in _OF_ADDRESSES:
        del address["properties"][name]
        address["required"].remove(name)


@shape_changed(75, of="flavor.show")
def no_swap_is_empty_text(schema: Schema) -> None:
    schema["properties"]["swap"] = {"type": ["integer", "string"], "minimum": 1, "maxLength": 0}
