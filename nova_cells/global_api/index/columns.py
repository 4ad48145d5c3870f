# SPDX-License-Identifier: Apache-2.0
"""From a head document to the narrow columns of its index row. What is searched is copied here."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson

from nova_cells.global_api.db.tables.server_index import server_index
from nova_cells.global_api.quota.charge import CHARGED, charge_of

_DERIVED = {
    "cell_uuid",
    "queued_delete",
    "labels",
    "deleted",
    "flavor_id",
    "flavor_row_id",
    "locked",
    "updated_at",
    "addresses_v4",
    "addresses_v6",
    *CHARGED,
}
_SAME = tuple(column.name for column in server_index.c if column.name not in _DERIVED)


def columns_of(document: dict[str, Any], cell_uuid: str | None) -> dict[str, Any]:
    """Values of all columns of `server_index`."""
    values = {name: document.get(name) for name in _SAME}
    flavor = document["flavor"]
    values["cell_uuid"] = cell_uuid
    values["deleted"] = document.get("deleted_at") is not None
    values["flavor_id"] = flavor["flavorid"]
    values["flavor_row_id"] = flavor.get("id")
    values.update(charge_of(document))
    values["labels"] = _labels(document)
    values["locked"] = document.get("locked_by") is not None
    values["updated_at"] = document.get("updated_at") or document["created_at"]
    values["addresses_v4"], values["addresses_v6"] = _addresses(document)
    return values


def _addresses(document: dict[str, Any]) -> tuple[str, str]:
    """One address a line, so that a pattern's ^ and $ mean a whole address."""
    found: dict[int, list[str]] = {4: [], 6: []}
    for nics in (document.get("addresses") or {}).values():
        for nic in nics:
            found.setdefault(nic["version"], []).append(nic["addr"])
    return "\n".join(found[4]), "\n".join(found[6])


def _labels(document: dict[str, Any]) -> str | None:
    """A digest that changes when tags or metadata do; None where there are none."""
    labels = [sorted(document.get("tags") or ()), document.get("metadata") or {}]
    if not any(labels):
        return None
    text = orjson.dumps(labels, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()[:32]


def body_of(document: dict[str, Any]) -> bytes:
    """The document as it is stored."""
    return orjson.dumps(document)
