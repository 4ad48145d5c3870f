# SPDX-License-Identifier: Apache-2.0
"""Tells a host which of its guests are still its own: by their lives, never by what is missing.

A guest of an earlier life than its server's was left behind by an evacuation. One the cell can't
place, a move under way or a record long purged, is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from nova_cells.cell.conductor.transitions import (
    ACTIVE,
    BUILDING,
    ERROR,
    SHELVED_OFFLOADED,
)
from nova_cells.cell.db import instances, tombstones
from nova_cells.objects import GuestVerdict
from nova_cells.objects.verdict import DELETED, ELSEWHERE, MISSING, UNKNOWN, YOURS
from nova_cells.runtime.db import Database

Life = tuple[int, int]
Document = dict[str, Any]

_WITHOUT_GUEST = frozenset({BUILDING, ERROR, SHELVED_OFFLOADED})


def confirm(database: Database, host: str, guests: Mapping[str, list[int]]) -> list[GuestVerdict]:
    """A verdict on each guest, and on each server that is to be on the host and is not there."""
    return database.read(lambda c: _confirm(c, host, guests))


def confirm_many(
    database: Database, guests: Mapping[str, Mapping[str, list[int]]]
) -> dict[str, list[GuestVerdict]]:
    """The same for many hosts, with as many statements as for one."""
    return database.read(lambda c: _confirm_many(c, guests))


def _confirm(
    connection: Connection, host: str, guests: Mapping[str, list[int]]
) -> list[GuestVerdict]:
    return _confirm_many(connection, {host: guests})[host]


def _confirm_many(
    connection: Connection, guests: Mapping[str, Mapping[str, list[int]]]
) -> dict[str, list[GuestVerdict]]:
    uuids = sorted({uuid for of_host in guests.values() for uuid in of_host})
    found = instances.among(connection, uuids) if uuids else {}
    known = {uuid: each[0] for uuid, each in found.items()}
    absent = [uuid for uuid in uuids if uuid not in known]
    refused = tombstones.epochs_of(connection, absent) if absent else {}
    expected: dict[str, list[Document]] = {host: [] for host in guests}
    for document in instances.on_hosts(connection, list(guests)):
        expected[document["host"]].append(document)
    return {
        host: _verdicts(host, of_host, known, refused, expected[host])
        for host, of_host in guests.items()
    }


def _verdicts(
    host: str,
    guests: Mapping[str, list[int]],
    known: Mapping[str, Document],
    refused: Mapping[str, int],
    expected: list[Document],
) -> list[GuestVerdict]:
    there = [
        _of_known(known[uuid], host, _life(guests[uuid]))
        if uuid in known
        else _of_unknown(uuid, _life(guests[uuid]), refused.get(uuid))
        for uuid in sorted(guests)
    ]
    return there + [_missing(one) for one in expected if one["uuid"] not in guests and _rests(one)]


def _of_known(document: Document, host: str, life: Life) -> GuestVerdict:
    own = _life([document["epoch"], document.get("home_generation", 0)])
    if document["deleted_at"] is not None and life <= own:
        return _verdict(document, DELETED)
    if life < own:
        return _verdict(document, ELSEWHERE)
    if life > own or document["host"] != host:
        return _verdict(document, UNKNOWN)
    runs = document["vm_state"] == ACTIVE and document["operation"] is None
    return _verdict(document, YOURS, runs=runs)


def _of_unknown(uuid: str, life: Life, refused: int | None) -> GuestVerdict:
    """A wish that was taken back before its build, or nothing anybody remembers."""
    verdict = DELETED if refused is not None and life[0] <= refused else UNKNOWN
    return GuestVerdict(uuid=uuid, verdict=verdict, epoch=refused or 0)


def _missing(document: Document) -> GuestVerdict:
    return _verdict(document, MISSING)


def _rests(document: Document) -> bool:
    return document["operation"] is None and document["vm_state"] not in _WITHOUT_GUEST


def _verdict(document: Document, verdict: str, *, runs: bool = False) -> GuestVerdict:
    return GuestVerdict(
        uuid=document["uuid"],
        verdict=verdict,
        epoch=document["epoch"],
        home_generation=document.get("home_generation", 0),
        runs=runs,
    )


def _life(told: list[int]) -> Life:
    return told[0], told[1]
