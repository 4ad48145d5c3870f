# SPDX-License-Identifier: Apache-2.0
"""A real Keystone, asked with our own credentials over one session all threads share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keystoneauth1 import adapter, exceptions
from keystoneauth1.session import Session

from nova_cells.clients.identity.faults import IdentityUnavailable
from nova_cells.clients.identity.interface import Identity
from nova_cells.clients.service_user import credentials


class Keystone(Identity):
    """`options` is the group [keystone]."""

    def __init__(self, options: Any) -> None:
        self._options = options
        self._url = options.auth_url.rstrip("/").removesuffix("/v3") + "/v3"
        session = Session(
            auth=credentials(options),
            verify=False if options.insecure else (options.cafile or True),
            timeout=options.timeout,
        )
        self._http = adapter.Adapter(session, endpoint_override=self._url, raise_exc=False)
        self._service: str | None = None

    def has_project(self, project_id: str) -> bool:
        # An id with anything else in it would ask for something else.
        if not project_id.replace("-", "").isalnum():
            return False
        return self._ask("GET", f"/projects/{project_id}", missing_is_fine=True) is not None

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
        found = self._ask("GET", f"/{collection}", params=query)[collection]
        ours = [each for each in found if not region or each["region_id"] in (region, None)]
        return sorted(ours, key=lambda each: each["region_id"] or "")

    def _make(self, collection: str, key: str, limits: Mapping[str, int], **more: Any) -> None:
        if not limits:
            return
        more["service_id"] = self._service_id()
        if self._options.region_name:
            more["region_id"] = self._options.region_name
        made = [{**more, "resource_name": name, key: limit} for name, limit in limits.items()]
        self._ask("POST", f"/{collection}", json={collection: made})

    def _service_id(self) -> str:
        if self._service is None:
            options = self._options
            query = {"type": options.service_type}
            if options.service_name:
                query["name"] = options.service_name
            found = self._ask("GET", "/services", params=query)["services"]
            if len(found) != 1:
                raise IdentityUnavailable(
                    f"Keystone has {len(found)} services of type {options.service_type}: "
                    "set [keystone] service_type and service_name."
                )
            self._service = str(found[0]["id"])
        return self._service

    def _ask(
        self, method: str, path: str, *, missing_is_fine: bool = False, **how: Any
    ) -> dict[str, Any] | Any:
        try:
            answer = self._http.request(path, method, **how)
        except exceptions.ClientException as fault:
            raise IdentityUnavailable(f"Keystone did not answer: {fault}") from fault
        if answer.status_code == 404 and missing_is_fine:
            return None
        if answer.status_code >= 300:
            raise IdentityUnavailable(f"Keystone answered {answer.status_code} to {method} {path}.")
        return answer.json()
