# SPDX-License-Identifier: Apache-2.0
"""Accounts and endpoints in Keystone, by its own API; saying it twice changes nothing."""

import json
import urllib.error
import urllib.request
from typing import Any

from kit.keystone import Keystone


class Catalog:
    """An administrator's session with Keystone."""

    def __init__(self, keystone: Keystone) -> None:
        self._keystone = keystone
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self._token = self._log_in()

    def project(self, name: str) -> str:
        """The id of a project, made when there is none."""
        return self._ensure("projects", name, domain_id="default")

    def user(self, name: str, project: str, *roles: str) -> str:
        """The id of a user with the given roles in a project; its password is Keystone's."""
        user = self._ensure("users", name, domain_id="default", password=self._keystone.password)
        for role in roles:
            self.grant(user, project, role)
        return user

    def grant(self, user: str, project: str, role: str) -> None:
        """Give a role in a project."""
        role_id = self._ensure("roles", role)
        self._call("PUT", f"/projects/{project}/users/{user}/roles/{role_id}")

    def service(self, type_: str, name: str, url: str) -> None:
        """A service with public, internal and admin endpoints at `url`."""
        found = self._call("GET", f"/services?type={type_}")["services"]
        service = found[0] if found else self._make("services", name=name, type=type_)
        have = self._call("GET", f"/endpoints?service_id={service['id']}")["endpoints"]
        for interface in ("public", "internal", "admin"):
            same = [end for end in have if end["interface"] == interface]
            if same and same[0]["url"] != url:
                body = {"endpoint": {"url": url}}
                self._call("PATCH", f"/endpoints/{same[0]['id']}", body)
            elif not same:
                self._make(
                    "endpoints",
                    service_id=service["id"],
                    interface=interface,
                    url=url,
                    region_id="RegionOne",
                )

    def token(self, user: str, project: str) -> str:
        """A project-scoped token of one of the accounts made here."""
        return self._authenticate(user, project)

    def _ensure(self, collection: str, name: str, **values: Any) -> str:
        found = self._call("GET", f"/{collection}?name={name}")[collection]
        return (found[0] if found else self._make(collection, name=name, **values))["id"]

    def _make(self, collection: str, **values: Any) -> dict[str, Any]:
        noun = collection[:-1]
        return self._call("POST", f"/{collection}", {noun: values})[noun]

    def _log_in(self) -> str:
        return self._authenticate("admin", "admin")

    def _authenticate(self, user: str, project: str) -> str:
        domain = {"id": "default"}
        who = {"name": user, "domain": domain, "password": self._keystone.password}
        body = {
            "auth": {
                "identity": {"methods": ["password"], "password": {"user": who}},
                "scope": {"project": {"name": project, "domain": domain}},
            }
        }
        request = self._request("POST", "/auth/tokens", body)
        with self._opener.open(request, timeout=30) as answer:
            return answer.headers["X-Subject-Token"]

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        request = self._request(method, path, body)
        request.add_header("X-Auth-Token", self._token)
        with self._opener.open(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def _request(
        self, method: str, path: str, body: dict[str, Any] | None
    ) -> urllib.request.Request:
        data = json.dumps(body).encode() if body is not None else None
        return urllib.request.Request(
            self._keystone.url + path,
            data=data,
            method=method,
            headers={"Content-Type": "application/json"},
        )
