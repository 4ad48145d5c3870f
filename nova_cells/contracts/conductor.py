# SPDX-License-Identifier: Apache-2.0
"""What a compute agent tells its cell. Served by any conductor of the cell."""

from __future__ import annotations

from typing import Any

from nova_cells.contracts.interface import interface, method
from nova_cells.objects import GuestVerdict, HostBeat, HostReport, Machine, Welcome, WorkReport


@interface(name="conductor", topic="nova-cells-conductor-hosts", version="1.0")
class Conductor:
    """An agent opens no database: what it learns it says here, until it is taken."""

    @method(deadline=10.0)
    def register(self, report: HostReport) -> Welcome:  # type: ignore[empty-body]
        """Make a host known or bring its shape up to date; usable at once."""

    @method(deadline=30.0)
    def register_many(  # type: ignore[empty-body]
        self, reports: list[HostReport]
    ) -> list[Welcome]:
        """The same for many hosts of one agent: all of them, or none."""

    @method(deadline=10.0)
    def join_group(  # type: ignore[empty-body]
        self, group: str, address: str, leaving: bool
    ) -> list[str]:
        """The agent at this address is there (or goes); answers who else shares its hosts."""

    @method(deadline=10.0)
    def beat(self, beats: list[HostBeat]) -> list[str]:  # type: ignore[empty-body]
        """Signs of life of an agent's hosts; answers the names the cell does not know."""

    @method(deadline=10.0)
    def report(self, reports: list[WorkReport]) -> list[str]:  # type: ignore[empty-body]
        """Results of work; answers the operations whose results are taken and may be forgotten.

        A report the journal no longer wants (an older generation, a closed operation) is taken too.
        """

    @method(deadline=10.0)
    def power_states(self, host: str, states: dict[str, int]) -> int:  # type: ignore[empty-body]
        """Power states that changed by themselves: uuid → number; answers how many applied."""

    @method(deadline=10.0)
    def confirm(  # type: ignore[empty-body]
        self, host: str, guests: dict[str, list[int]]
    ) -> list[GuestVerdict]:
        """What is known of the guests a host has (uuid → [epoch, home generation]), and which of
        its own it does not name. A host starts none before it has asked this."""

    @method(deadline=30.0)
    def confirm_many(  # type: ignore[empty-body]
        self, guests: dict[str, dict[str, list[int]]]
    ) -> dict[str, list[dict[str, Any]]]:
        """The same for many hosts: host → the documents of its verdicts."""

    @method(deadline=10.0)
    def image_cached(  # type: ignore[empty-body]
        self, host: str, image_id: str, message: str | None, again: bool
    ) -> int:
        """What came of `cache_image`: `message` where it went wrong, `again` if it may yet work.

        Answers how many fetches are left in the cell.
        """

    @method(deadline=5.0)
    def guest_at(self, host: str, address: str) -> Machine:  # type: ignore[empty-body]
        """What the guest with this address on the local network of a host may read of itself."""

    @method(deadline=10.0)
    def take_password_at(  # type: ignore[empty-body]
        self, host: str, address: str, password: str
    ) -> bool:
        """Keep the password that guest has encrypted for its owner; False if one is kept."""
