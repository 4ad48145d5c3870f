# SPDX-License-Identifier: Apache-2.0
"""A real Keystone, asked with our own credentials over one session all threads share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from nova_cells.clients.calling.ourselves import versioned_identity
from nova_cells.clients.calling.service import Service
from nova_cells.clients.identity.faults import IdentityUnavailable
from nova_cells.clients.identity.interface import Identity
from nova_cells.clients.service_faults import NotThere, ServiceFault


class Keystone(Identity):
    """`options` is the group [keystone]."""

    def __init__(self, options: Any) -> None:
        self._options = options
        # Where tokens come from is where projects are asked for, unless another place is named.
        here = options.endpoint_override or options.auth_url
        known = SimpleNamespace(**{**options, "endpoint_override": versioned_identity(here)})
        self._keystone = Service(known, service_type="identity", name="identity", version="v3")
        self._service: str | None = None

    def has_project(self, project_id: str) -> bool:
        # An id with anything else in it would ask for something else.
        if not project_id.replace("-", "").isalnum():
            return False
        with _unavailable():
            try:
                self._keystone.get(f"/projects/{project_id}")
            except NotThere:
                return False
        return True

    def registered_limits(self) -> dict[str, int]:
        found = self._listed("registered_limits")
        return {each["resource_name"]: each["default_limit"] for each in found}

    def project_limits(self, project_id: str) -> dict[str, int]:
        found = self._listed("limits", project_id=project_id)
        return {each["resource_name"]: each["resource_limit"] for each in found}

    def register_limits(self, limits: Mapping[str, int]) -> None:
        self._make("registered_limits", "default_limit", limits)

    def limit_project(self, project_id: str, limits: Mapping[str, int]) -> None:
        self._make("limits", "resource_limit", limits, project_id=project_id)

    def _listed(self, collection: str, **query: str) -> list[dict[str, Any]]:
        """Those of our service; of our region after those of none, so that it wins."""
        query["service_id"] = self._service_id()
        region = self._options.region_name
        with _unavailable():
            found = list(self._keystone.listed(f"/{collection}", collection, params=query))
        ours = [each for each in found if not region or each["region_id"] in (region, None)]
        return sorted(ours, key=lambda each: each["region_id"] or "")

    def _make(self, collection: str, key: str, limits: Mapping[str, int], **more: Any) -> None:
        if not limits:
            return
        more["service_id"] = self._service_id()
        if self._options.region_name:
            more["region_id"] = self._options.region_name
        made = [{**more, "resource_name": name, key: limit} for name, limit in limits.items()]
        with _unavailable():
            self._keystone.post(f"/{collection}", {collection: made})

    def _service_id(self) -> str:
        if self._service is None:
            options = self._options
            query = {"type": options.service_type}
            if options.service_name:
                query["name"] = options.service_name
            with _unavailable():
                found = list(self._keystone.listed("/services", "services", params=query))
            if len(found) != 1:
                raise IdentityUnavailable(
                    f"Keystone has {len(found)} services of type {options.service_type}: "
                    "set [keystone] service_type and service_name."
                )
            self._service = str(found[0]["id"])
        return self._service


@contextmanager
def _unavailable() -> Iterator[None]:
    """Whatever is the matter, Keystone does not tell what we ask; the log has the rest."""
    try:
        yield
    except ServiceFault as fault:
        raise IdentityUnavailable(fault.message) from fault
