# SPDX-License-Identifier: Apache-2.0
"""Looks into every store of a cloud for what should not be there, or should be and is not.

It reads databases and files directly, beside the processes: a check through the API would trust the
code it checks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa

from nova_cells.cell.compute.ledger import records
from nova_cells.cell.compute.ledger.state import LedgerState
from nova_cells.cell.db import tables as cell_tables
from nova_cells.global_api.db import tables as global_tables

OFF = 4
RESIZED, OFFLOADED = "resized", "shelved_offloaded"
AMOUNTS = ("vcpus", "memory_mb", "disk_gb")


@dataclass(frozen=True)
class Stores:
    """Where a cloud keeps things: database URLs by cell name, and the agents' folders."""

    database: str
    cells: Mapping[str, str]
    agents: Mapping[str, Path]


def _rows(url: str, query: sa.Select[Any]) -> list[Any]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    try:
        with engine.connect() as connection:
            return list(connection.execute(query).all())
    finally:
        engine.dispose()


def machines(stores: Stores) -> dict[str, tuple[str, int]]:
    """Every guest there is: uuid → (host, power state). A guest on two hosts is an error.

    One that waits for its move to be confirmed is where its server is; the other is off.
    """
    found: dict[str, tuple[str, int]] = {}
    homes = waiting(stores)
    for folder in stores.agents.values():
        for file in sorted(folder.glob("fake/*/*.json")):
            machine, host = orjson.loads(file.read_bytes()), file.parent.name
            uuid = machine["uuid"]
            if uuid in homes and homes[uuid] != host and machine["power"] == OFF:
                continue
            if uuid in found:
                raise AssertionError(f"{uuid} is on two hosts")
            found[uuid] = (host, machine["power"])
    return found


def waiting(stores: Stores) -> dict[str, str]:
    """Servers that were moved or resized and wait for their owner's word: uuid → host."""
    instances = cell_tables.metadata.tables["instances"]
    resized = sa.select(instances).where(instances.c.vm_state == RESIZED)
    return {row.uuid: row.host for url in stores.cells.values() for row in _rows(url, resized)}


def offloaded(stores: Stores) -> set[str]:
    """Servers that have no host, and so neither guest nor claim."""
    instances = cell_tables.metadata.tables["instances"]
    query = sa.select(instances.c.uuid).where(instances.c.vm_state == OFFLOADED)
    return {row.uuid for url in stores.cells.values() for row in _rows(url, query)}


def leftovers(stores: Stores, alive: Iterable[str]) -> list[str]:
    """What is left over when exactly the servers `alive` exist and nothing is being done."""
    living = set(alive)
    wrong = [*_in_global(stores.database, living)]
    homes: Counter[str] = Counter()
    for name, url in stores.cells.items():
        wrong += [f"cell {name}: {text}" for text in _in_cell(url, living, homes)]
    wrong += [f"{uuid} is in {homes[uuid]} cells" for uuid in living if homes[uuid] != 1]
    wrong += _difference("guest", machines(stores), living - offloaded(stores))
    for name, folder in stores.agents.items():
        wrong += [f"agent {name}: {text}" for text in _in_ledger(folder)]
    return wrong


def _in_global(url: str, living: set[str]) -> Iterator[str]:
    metadata = global_tables.metadata.tables
    for name in ("build_requests",):
        for row in _rows(url, sa.select(metadata[name])):
            yield f"{name} {row.uuid} is left ({row.phase})"
    yield from _open_operations(url, metadata["operations"])
    held = {row.instance_uuid for row in _rows(url, sa.select(metadata["quota_holds"]))}
    yield from _difference("quota hold", held, living)
    yield from _usage(url, metadata)
    index = metadata["server_index"]
    shown = {row.uuid for row in _rows(url, sa.select(index).where(~index.c.deleted))}
    yield from _difference("index row", shown, living)


def _usage(url: str, metadata: Mapping[str, sa.Table]) -> Iterator[str]:
    sums: Counter[tuple[str, str, str]] = Counter()
    for hold in _rows(url, sa.select(metadata["quota_holds"])):
        for user in ("", hold.user_id):
            for name in ("instances", "cores", "ram", "disk"):
                sums[hold.project_id, user, name] += getattr(hold, name)
    for row in _rows(url, sa.select(metadata["quota_usage"])):
        for name in ("instances", "cores", "ram", "disk"):
            used = getattr(row, name)
            if used != sums[row.project_id, row.user_id, name]:
                yield f"quota counter {name} of {row.project_id}/{row.user_id} says {used}"


def _in_cell(url: str, living: set[str], homes: Counter[str]) -> Iterator[str]:
    metadata = cell_tables.metadata.tables
    yield from _open_operations(url, metadata["operations"])
    for name in ("debts", "outbox"):
        yield from (
            f"{name} row {tuple(row)[:3]} is left" for row in _rows(url, sa.select(metadata[name]))
        )
    instances = metadata["instances"]
    here = {row.uuid: row for row in _rows(url, sa.select(instances)) if row.deleted_at is None}
    homes.update(here.keys() & living)
    yield from (f"instance {uuid} is left" for uuid in here.keys() - living)
    yield from (f"instance {uuid} is locked" for uuid in here if here[uuid].operation)
    claimed = _rows(url, sa.select(metadata["claims"]))
    housed = {uuid for uuid in here if here[uuid].vm_state != OFFLOADED}
    yield from _difference("claim", {row.uuid for row in claimed}, housed)
    yield from (
        f"image of {uuid} is missing" for uuid in here.keys() - housed if not _kept(here[uuid])
    )
    yield from _addresses(_rows(url, sa.select(metadata["addresses"])), here)
    for name in ("specs", "server_group_members"):
        rows = {row.uuid for row in _rows(url, sa.select(metadata[name]))}
        yield from (f"{name} row {uuid} is left" for uuid in rows - here.keys())
    yield from _hosts(url, metadata, claimed, here)


def _addresses(rows: list[Any], here: Mapping[str, Any]) -> Iterator[str]:
    """What was lent and what servers show must be the same."""
    shown = {
        (uuid, nic["id"], nic["addresses"][0]["address"])
        for uuid, row in here.items()
        for nic in row.document["nics"]
    }
    lent = {(row.uuid, row.port_id, row.address) for row in rows}
    yield from (f"address {each} is lent to nobody" for each in lent - shown)
    yield from (f"address {each} is not lent" for each in shown - lent)
    for uuid, row in here.items():
        if any(nic.get("state") == "DOWN" for nic in row.document["nics"]):
            yield f"an interface of {uuid} is neither there nor gone"


def _kept(instance: Any) -> bool:
    """Whether there is an image to make an offloaded server from."""
    return bool((instance.document["shelved_image"] or {}).get("size"))


def _hosts(
    url: str, metadata: Mapping[str, sa.Table], claimed: list[Any], here: Mapping[str, Any]
) -> Iterator[str]:
    for claim in claimed:
        if claim.uuid not in here or here[claim.uuid].vm_state == RESIZED:
            continue
        if claim.host != here[claim.uuid].host:
            yield f"claim of {claim.uuid} is on {claim.host}, not on {here[claim.uuid].host}"
    for host in _rows(url, sa.select(metadata["hosts"])):
        mine = [claim for claim in claimed if claim.host == host.name]
        if host.running != len(mine):
            yield f"{host.name} counts {host.running} servers, has {len(mine)} claims"
        if host.debts:
            yield f"{host.name} owes {host.debts}"
        for name in AMOUNTS:
            used, cap = getattr(host, f"{name}_used"), getattr(host, f"{name}_cap")
            if used != sum(getattr(claim, name) for claim in mine):
                yield f"{host.name} has {used} {name} in use, its claims say otherwise"
            if used > cap:
                yield f"{host.name} is oversubscribed: {used} of {cap} {name}"


def _open_operations(url: str, table: sa.Table) -> Iterator[str]:
    for row in _rows(url, sa.select(table).where(table.c.open)):
        yield f"operation {row.kind} {row.id} is open at {row.direction} {row.cursor}"


def _in_ledger(folder: Path) -> Iterator[str]:
    state = LedgerState()
    for file in folder.glob("ledger*"):
        if file.suffix == ".new":
            continue
        for record in records.read(file.read_bytes()):
            if record is not None:
                state.apply(record)
    for operation, entry in state.operations.items():
        if entry.report is not None:
            yield f"report of {operation} was not taken"


def _difference(what: str, found: Iterable[str], wanted: Iterable[str]) -> Iterator[str]:
    found, wanted = set(found), set(wanted)
    yield from (f"{what} of {uuid} is left" for uuid in found - wanted)
    yield from (f"{what} of {uuid} is missing" for uuid in wanted - found)
