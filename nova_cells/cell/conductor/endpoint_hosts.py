# SPDX-License-Identifier: Apache-2.0
"""Serves `contracts.Conductor`: what agents tell their cell."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import DBAPIError

from nova_cells.cell.conductor import confirming
from nova_cells.cell.conductor.guest_data import GuestData
from nova_cells.cell.conductor.journeys import Journeys
from nova_cells.cell.conductor.power_sync import PowerSync
from nova_cells.cell.conductor.registration import Registration
from nova_cells.cell.conductor.tending import Tending
from nova_cells.contracts import Outcome
from nova_cells.journal.engine import Journal
from nova_cells.objects import GuestVerdict, HostBeat, HostReport, Machine, Welcome, WorkReport
from nova_cells.runtime.db import DatabaseFault

LOG = logging.getLogger(__name__)


class HostsEndpoint:
    """Thin: each method hands over to the part that knows."""

    def __init__(
        self,
        journal: Journal,
        registration: Registration,
        tending: Tending,
        power: PowerSync,
        settle: Callable[[list[str]], Any],
        image_cached: Callable[[str, str, str | None, bool], int],
        guest_data: GuestData,
    ) -> None:
        self._journal = journal
        self._journeys = Journeys(journal)
        self._registration = registration
        self._tending = tending
        self._power = power
        self._settle = settle
        self._image_cached = image_cached
        self._guest_data = guest_data

    def register(self, report: HostReport) -> Welcome:
        return self._registration.register(report)

    def register_many(self, reports: list[HostReport]) -> list[Welcome]:
        return self._registration.register_many(reports)

    def join_group(self, group: str, address: str, leaving: bool) -> list[str]:
        return self._registration.join_group(group, address, leaving=leaving)

    def beat(self, beats: list[HostBeat]) -> list[str]:
        unknown = self._registration.strangers(beats)
        known = [beat for beat in beats if beat.name not in unknown]
        for beat in known:
            self._tending.beat(beat)
            self._journeys.note(beat)
        self._settle([beat.name for beat in known])
        return sorted(unknown)

    def report(self, reports: list[WorkReport]) -> list[str]:
        """Together; each by itself where one can't be taken now, not to hold up the others."""
        if len(reports) > 1:
            try:
                self._journal.take_reports(reports)
                return [report.operation for report in reports]
            except (Outcome, DatabaseFault, DBAPIError) as fault:
                LOG.info("%d reports not taken together: %s", len(reports), fault)
            except Exception as bug:  # noqa: BLE001 - shown below, with the report that has it
                LOG.info("%d reports not taken together: %r", len(reports), bug)
        taken = []
        for report in reports:
            try:
                self._journal.take_report(report)
            except (Outcome, DatabaseFault) as fault:
                LOG.warning("report of %s not taken: %s", report.operation, fault)
                continue
            except Exception:  # one operation's bug must not hold up all others of an agent
                LOG.exception("report of %s not taken", report.operation)
                continue
            taken.append(report.operation)
        return taken

    def power_states(self, host: str, states: dict[str, int]) -> int:
        return self._power.apply(host, states)

    def confirm(self, host: str, guests: dict[str, list[int]]) -> list[GuestVerdict]:
        return confirming.confirm(self._journal.database, host, guests)

    def confirm_many(
        self, guests: dict[str, dict[str, list[int]]]
    ) -> dict[str, list[dict[str, Any]]]:
        found = confirming.confirm_many(self._journal.database, guests)
        return {host: [each.document() for each in verdicts] for host, verdicts in found.items()}

    def image_cached(self, host: str, image_id: str, message: str | None, again: bool) -> int:
        return self._image_cached(host, image_id, message, again)

    def guest_at(self, host: str, address: str) -> Machine:
        return self._guest_data.at(host, address)

    def take_password_at(self, host: str, address: str, password: str) -> bool:
        return self._guest_data.take_password_at(host, address, password)
