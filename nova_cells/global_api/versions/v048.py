# SPDX-License-Identifier: Apache-2.0
"""2.48: diagnostics have one form for all drivers; before, each had a flat one of its own."""

from nova_cells.global_api.versioning import Document, Facts, Schema, reshaped, shape_changed

DISK = {
    "read": "read_bytes",
    "read_req": "read_requests",
    "write": "write_bytes",
    "write_req": "write_requests",
    "errors": "errors_count",
}


@reshaped(48, on="server.diagnostics")
def diagnostics_were_flat(document: Document, facts: Facts) -> None:
    flat: Document = {f"cpu{cpu['id']}_time": cpu["time"] for cpu in document["cpu_details"]}
    memory = document["memory_details"]
    flat["memory"] = _kib(memory["maximum"])
    flat["memory-actual"] = _kib(memory["maximum"])
    flat["memory-rss"] = _kib(memory["used"])
    for number, disk in enumerate(document["disk_details"]):
        device = "vd" + "abcdefghijklmnopqrstuvwxyz"[number % 26]
        flat.update({f"{device}_{old}": disk[new] for old, new in DISK.items()})
    for number, nic in enumerate(document["nic_details"]):
        flat.update(
            {
                f"nic{number}_{old}": nic.get(new)
                for way in ("rx", "tx")
                for old, new in ((way, f"{way}_octets"), *_counts(way))
            }
        )
    document.clear()
    document.update(flat)


def _counts(way: str) -> list[tuple[str, str]]:
    return [(name, name) for name in (f"{way}_errors", f"{way}_drop", f"{way}_packets")]


def _kib(mib: int | None) -> int | None:
    return None if mib is None else mib * 1024


@shape_changed(48, of="server.diagnostics")
def any_names_and_numbers(schema: Schema) -> None:
    schema.clear()
    schema.update(type="object", additionalProperties={"type": ["integer", "null"]})
