# SPDX-License-Identifier: Apache-2.0
"""The metadata service as a WSGI application.

Every input is hostile: any program in a guest may send anything. Nothing of it reaches a file, a
query or a log unmeasured.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from nova_cells.cell.compute.guest_data import Page, Served, takes_password
from nova_cells.cell.metadata.callers import Callers, Refusal
from nova_cells.cell.metadata.memory import Memory
from nova_cells.cell.metadata.sources import NoAnswer, NoGuest, NoPassword

LOG = logging.getLogger(__name__)

LONGEST_PATH = 512
LONGEST_PASSWORD = 4096
_PASSWORD = re.compile(rb"[\x20-\x7e\r\n\t]+")
NOTHING = "There is no such thing."

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class MetadataApplication:
    """`callers` says which guest asks, `memory` what it is told."""

    def __init__(self, callers: Callers, memory: Memory) -> None:
        self._callers = callers
        self._memory = memory

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        try:
            page = self._answer(environ)
        except Refusal as refusal:
            return _send(start_response, refusal.status, Page(f"{refusal.message}\n".encode()))
        return _send(start_response, 200, page, bare=environ["REQUEST_METHOD"] == "HEAD")

    def _answer(self, environ: dict[str, Any]) -> Page:
        method, path = environ["REQUEST_METHOD"], _path(environ)
        hands_in = method == "POST" and takes_password(path)
        if method not in ("GET", "HEAD") and not hands_in:
            raise Refusal(405, "Only reading is possible here.")
        key, project = self._callers(environ)
        try:
            served = self._memory.served(key)
            if project is not None and project != served.machine.project_id:
                LOG.warning("%s was asked for as a guest of another project", key)
                raise Refusal(404, "There is no such guest.")
            if hands_in:
                return self._take_password(key, _body(environ))
        except NoGuest as nobody:
            raise Refusal(404, "There is no such guest.") from nobody
        except NoAnswer as silence:
            raise Refusal(503, "This can't be told now. Ask again later.") from silence
        return _page(served, path)

    def _take_password(self, key: str, password: str) -> Page:
        try:
            taken = self._memory.take_password(key, password)
        except NoPassword as fault:
            raise Refusal(400, "This is no encrypted password.") from fault
        if not taken:
            raise Refusal(409, "A password is kept already.")
        return Page(b"")


def _page(served: Served, path: list[str]) -> Page:
    page = served.page(path)
    if page is None:
        raise Refusal(404, NOTHING)
    return page


def _path(environ: dict[str, Any]) -> list[str]:
    path = str(environ.get("PATH_INFO") or "")
    if len(path) > LONGEST_PATH:
        raise Refusal(404, NOTHING)
    return [part for part in path.split("/") if part]


def _body(environ: dict[str, Any]) -> str:
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if not 0 < length <= LONGEST_PASSWORD:
        raise Refusal(400, f"A password has 1 to {LONGEST_PASSWORD} characters.")
    body = environ["wsgi.input"].read(length)
    if not _PASSWORD.fullmatch(body):
        raise Refusal(400, "An encrypted password has printable characters only.")
    return str(body.decode("ascii"))


def _send(
    start_response: StartResponse, status: int, page: Page, *, bare: bool = False
) -> list[bytes]:
    headers = [("Content-Type", page.kind), ("Content-Length", str(len(page.body)))]
    if status == 405:
        headers.append(("Allow", "GET, HEAD"))
    if status == 503:
        headers.append(("Retry-After", "2"))
    start_response(f"{status} {HTTPStatus(status).phrase}", headers)
    return [] if bare else [page.body]
