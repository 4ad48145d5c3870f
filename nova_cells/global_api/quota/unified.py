# SPDX-License-Identifier: Apache-2.0
"""Unified limits: Keystone says how much, our own transaction says whether it still fits.

Only limits come from there. Usage stays in our counters and is compared under their lock, for a
count that is read first and compared later lets two requests have the last place.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from oslo_config import cfg
from oslo_log import log
from sqlalchemy import Connection

from nova_cells.clients.identity import Identity, IdentityUnavailable
from nova_cells.clients.identity.interface import NoIdentity
from nova_cells.global_api.faults import ApiFault
from nova_cells.global_api.identity import IdentityNotConfigured

LOG = log.getLogger(__name__)

# Our name → Keystone's, which is Nova's.
NAMES: dict[str, str] = {
    "instances": "servers",
    "cores": "class:VCPU",
    "ram": "class:MEMORY_MB",
    "disk": "class:DISK_GB",
    "key_pairs": "server_key_pairs",
    "metadata_items": "server_metadata_items",
    "server_groups": "server_groups",
    "server_group_members": "server_group_members",
    "injected_files": "server_injected_files",
    "injected_file_content_bytes": "server_injected_file_content_bytes",
    "injected_file_path_bytes": "server_injected_file_path_bytes",
}
RETIRED = ("fixed_ips", "floating_ips", "security_group_rules", "security_groups")
UNLIMITED = -1
MOST_REMEMBERED = 10_000


class LimitsUnavailable(ApiFault):
    """Keystone does not say what the limits are, and nobody remembers."""

    code = 503
    retry_after = 10


@dataclass(frozen=True)
class _Known:
    limits: dict[str, int]
    until: float


class UnifiedLimits:
    """`required(name)`: whether a resource without a registered limit may not be used at all."""

    settable = False

    def __init__(
        self,
        identity: Identity,
        *,
        required: Callable[[str], bool],
        keep: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._identity = identity
        self._required = required
        self._keep = keep
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._asking: set[str] = set()
        self._lock = threading.Lock()

    @classmethod
    def from_conf(cls, conf: cfg.ConfigOpts, identity: Identity) -> UnifiedLimits:
        if isinstance(identity, NoIdentity):
            raise IdentityNotConfigured("[quota] driver unified needs [keystone] auth_url")
        listed = frozenset(conf.quota.unified_limits_resource_list)
        strict = bool(conf.quota.unified_limits_resource_strategy == "require")

        def required(name: str) -> bool:
            return (name in listed) == strict

        return cls(identity, required=required, keep=conf.quota.unified_limits_cache_time)

    def refresh(self, project_id: str) -> None:
        """Ask Keystone, unless it was asked just now; while it is away its last word holds."""
        known = self._known.get(project_id)
        if known is not None and self._clock() < known.until:
            return
        with self._lock:
            if known is not None and project_id in self._asking:
                return  # what is known will do for whoever comes meanwhile
            self._asking.add(project_id)
        try:
            self._ask(project_id, known)
        finally:
            with self._lock:
                self._asking.discard(project_id)

    def _ask(self, project_id: str, known: _Known | None) -> None:
        try:
            limits = self._fetch(project_id)
        except IdentityUnavailable as fault:
            if known is None:
                raise LimitsUnavailable("The limits of the project are not known.") from fault
            LOG.warning("Limits of project %s are those of before: %s", project_id, fault)
            limits = known.limits
        if len(self._known) >= MOST_REMEMBERED:
            self._known = {}
        self._known[project_id] = _Known(limits, self._clock() + self._keep)

    def effective(self, connection: Connection, project_id: str, user_id: str) -> dict[str, int]:
        return self.of_project(connection, project_id)

    def of_project_and_user(
        self, connection: Connection, project_id: str, user_id: str
    ) -> tuple[dict[str, int], dict[str, int]]:
        """A user has no limits of its own here."""
        limits = self.of_project(connection, project_id)
        return limits, limits

    def of_project(self, connection: Connection, project_id: str) -> dict[str, int]:
        known = self._known.get(project_id)
        if known is None:
            raise LimitsUnavailable("The limits of the project are not known.")
        return dict(known.limits)

    def defaults(self, connection: Connection) -> dict[str, int]:
        return self.of_project(connection, "")

    def of_class(self, connection: Connection, name: str) -> dict[str, int]:
        """The one class there is: registered limits are everybody's."""
        return self.defaults(connection)

    def _fetch(self, project_id: str) -> dict[str, int]:
        """Limits under our names; the project "" is one for which nothing was set."""
        found = self._identity.registered_limits()
        if project_id:
            found |= self._identity.project_limits(project_id)
        limits = dict.fromkeys(RETIRED, UNLIMITED)
        for ours, name in NAMES.items():
            limits[ours] = found.get(name, 0 if self._required(name) else UNLIMITED)
        return limits
