# SPDX-License-Identifier: Apache-2.0
"""Vendor data from a file and from services asked by POST, within bounds of time and size.

A service is asked as ourselves, never as a user: a guest that reads its data has no user with it.
"""

from __future__ import annotations

import json
import logging
import time
from pathlib import Path
from typing import Any

import requests
import urllib3
from keystoneauth1 import exceptions
from keystoneauth1.session import Session

from nova_cells.clients.calling.ourselves import password_of
from nova_cells.clients.vendor_data.interface import VendorData, VendorDataUnavailable
from nova_cells.clients.vendor_data.select import STATIC
from nova_cells.objects import Machine

LOG = logging.getLogger(__name__)

MOST = 1 << 20  # bytes of an answer
CHUNK = 1 << 16
_SILENCE = (exceptions.ClientException, requests.RequestException, urllib3.exceptions.HTTPError)
_SILENCE += (OSError,)


class _Unusable(Exception):
    """Why there is no data; shown in our log only, as it may name services of the operator."""


class Gathered(VendorData):
    """`options` is the group [vendor_data]; `targets`: name → URL."""

    def __init__(self, options: Any, targets: dict[str, str]) -> None:
        self._options = options
        self._targets = targets
        self._fatal = bool(options.failure_fatal)
        self._session = Session(
            auth=password_of(options) if options.auth_url else None,
            verify=False if options.insecure else (options.cafile or True),
            timeout=options.connect_timeout + options.read_timeout,
        )

    def of(self, machine: Machine) -> dict[str, Any]:
        static = self._tried(STATIC, self._static)
        found = {STATIC: static}
        asked = _question(machine)
        for name, url in self._targets.items():
            found[name] = self._tried(name, lambda url=url: self._ask(url, asked))
        return {"vendor_data": static, "vendor_data2": found}

    def _tried(self, name: str, work: Any) -> Any:
        try:
            return work()
        except _Unusable as problem:
            LOG.warning("vendor data %s: %s", name, problem)
            if self._fatal:
                raise VendorDataUnavailable(f"Vendor data {name} is not available.") from problem
            return {}

    def _static(self) -> Any:
        """Read each time: it is small, and a change of it is known at once."""
        if not self._options.json_file:
            return {}
        try:
            found = json.loads(Path(self._options.json_file).read_bytes())
        except (OSError, ValueError) as error:
            raise _Unusable(f"{self._options.json_file}: {error}") from error
        if not isinstance(found, dict):
            raise _Unusable(f"{self._options.json_file} holds no JSON object")
        return found

    def _ask(self, url: str, question: dict[str, Any]) -> Any:
        options = self._options
        ends = time.monotonic() + options.connect_timeout + options.read_timeout
        try:
            answer = self._session.request(
                url,
                "POST",
                json=question,
                headers={"Accept": "application/json"},
                authenticated=options.auth_url is not None,
                raise_exc=False,
                log=False,
                stream=True,
                timeout=(options.connect_timeout, options.read_timeout),
            )
            with answer:
                body = _body(answer, ends)
        except _SILENCE as error:
            raise _Unusable(f"{url} gave no answer: {type(error).__name__}") from error
        if answer.status_code >= 300:
            raise _Unusable(f"{url} answered {answer.status_code}")
        try:
            return json.loads(body) if body.strip() else {}
        except ValueError as error:
            raise _Unusable(f"{url} answered no JSON") from error


def _body(answer: requests.Response, ends: float) -> bytes:
    """What is there is taken as it comes: who waits for a whole chunk waits for a slow service."""
    body = b""
    while chunk := answer.raw.read1(CHUNK, decode_content=True):
        body += chunk
        if len(body) > MOST:
            raise _Unusable(f"{answer.url} answered more than {MOST} bytes")
        if time.monotonic() > ends:
            raise _Unusable(f"{answer.url} did not come to an end in time")
    return body


def _question(machine: Machine) -> dict[str, Any]:
    """The documented body; its names are those that services of other deployments know."""
    data = machine.guest_data
    return {
        "project-id": machine.project_id,
        "instance-id": machine.uuid,
        "image-id": machine.image.id if machine.image else None,
        "user-data": data.get("user_data"),
        "hostname": data.get("hostname") or machine.name,
        "metadata": data.get("metadata") or {},
        "boot-roles": ",".join(data.get("boot_roles") or ()),
    }
