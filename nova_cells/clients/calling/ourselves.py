# SPDX-License-Identifier: Apache-2.0
"""Who we are to another service, and where it is: our own token and what its catalogue says.

A token is renewed shortly before it ends, by whoever needs it first. Where Keystone fails, those
who waited for the same answer share the failure: else each of them would wait in turn.
"""

from __future__ import annotations

import threading
import time
from typing import Any
from urllib.parse import urlsplit

from keystoneauth1.exceptions import ClientException
from keystoneauth1.http_basic import HTTPBasicAuth
from keystoneauth1.identity.v3 import ApplicationCredential, Password
from keystoneauth1.session import Session

from nova_cells.clients.calling.opts import BASIC, CREDENTIAL, NONE

_CREDENTIALS = ("application_credential_id", "application_credential_secret")
_PASSWORD = ("username", "password", "user_domain_name")
_PROJECT = ("project_name", "project_domain_name")


class NotInCatalogue(ClientException):
    """Keystone knows no endpoint of that service for us."""

    message = "The service catalogue has no such endpoint"


def plugin_of(options: Any) -> Any:
    """keystoneauth's way of asking with these options; None where we have no credentials."""
    if options.auth_type == NONE:
        return None
    if options.auth_type == BASIC:
        return HTTPBasicAuth(username=options.username, password=options.password)
    if not options.auth_url:
        return None
    url = versioned_identity(options.auth_url)
    if options.auth_type == CREDENTIAL:
        return ApplicationCredential(auth_url=url, **_values(options, _CREDENTIALS))
    if options.system_scope:
        who = _values(options, _PASSWORD)
        return Password(auth_url=url, system_scope=options.system_scope, **who)
    return password_of(options)


def password_of(options: Any) -> Password:
    """The usual service user: a user, a password, a project."""
    values = _values(options, (*_PASSWORD, *_PROJECT))
    return Password(auth_url=versioned_identity(options.auth_url), **values)


def versioned_identity(auth_url: str) -> str:
    """With its version, so that nobody has to ask for it."""
    return auth_url.rstrip("/").removesuffix("/v3") + "/v3"


def _values(options: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(options, name) for name in names}


class Ourselves:
    """`version` is what an endpoint without one of its own goes on with ("v2.0")."""

    def __init__(self, options: Any, session: Session, version: str | None) -> None:
        self._options = options
        self._session = session
        self._plugin = plugin_of(options)
        self._version = version
        self._lock = threading.Lock()
        self._failed: tuple[float, ClientException] | None = None
        self._known: tuple[Any, str] = (None, "")

    def way(self, project_id: str | None = None) -> tuple[dict[str, str], str]:
        """(headers that show who we are, URL below which paths are).

        The URL is that of this project, where it has projects in it.
        """
        if self._plugin is None:
            return {}, self._fixed(project_id)
        if self._options.auth_type == BASIC:
            headers = self._plugin.get_headers(self._session) or {}
            return dict(headers), self._fixed(project_id)
        access = self._access()
        return {"X-Auth-Token": str(access.auth_token)}, self._address(access, project_id)

    def forget(self, token: str | None) -> bool:
        """This token was not accepted: True where another one can be had."""
        if token is None or self._plugin is None or self._options.auth_type == BASIC:
            return False
        with self._lock:
            known = self._plugin.auth_ref
            if known is not None and known.auth_token == token:
                self._plugin.invalidate()
        return True

    def _fixed(self, project_id: str | None) -> str:
        if not self._options.endpoint_override:
            raise NotInCatalogue("without credentials at Keystone, endpoint_override is needed")
        return self._versioned(_filled(self._options.endpoint_override, project_id))

    def _address(self, access: Any, project_id: str | None) -> str:
        if self._options.endpoint_override:
            return self._fixed(project_id or access.project_id)
        known, address = self._known
        if known is not access:
            address = self._versioned(self._listed(access))
            self._known = (access, address)
        if project_id and access.project_id:
            return address.replace(access.project_id, project_id)
        return address

    def _listed(self, access: Any) -> str:
        options = self._options
        where = {
            "service_type": options.service_type,
            "service_name": options.service_name,
            "region_name": options.region_name,
        }
        found = access.service_catalog.url_for(interface=options.valid_interfaces, **where)
        if not found:
            raise NotInCatalogue(f"the service catalogue lists no {where}")
        return str(found)

    def _versioned(self, url: str) -> str:
        url = url.rstrip("/")
        words = urlsplit(url).path.split("/")
        if self._version is None or any(word[:1] == "v" and word[1:2].isdigit() for word in words):
            return url
        return f"{url}/{self._version}"

    def _access(self) -> Any:
        begun = time.monotonic()
        with self._lock:
            if self._failed is not None and self._failed[0] > begun:
                raise self._failed[1]
            try:
                return self._plugin.get_access(self._session)
            except ClientException as fault:
                self._failed = (time.monotonic(), fault)
                raise


def _filled(url: str, project_id: str | None) -> str:
    for word in ("%(project_id)s", "$(project_id)s", "%(tenant_id)s", "$(tenant_id)s"):
        url = url.replace(word, project_id or "")
    return url
