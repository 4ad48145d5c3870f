# SPDX-License-Identifier: Apache-2.0
"""What an answer means: a document, or one of the faults in the words the service used.

Services put their reasons into many shapes; whatever the shape, a text is cut, freed of markup and
of anything that looks like a secret before somebody reads it.
"""

from __future__ import annotations

import json
import re
from typing import Any

import requests
from oslo_utils import strutils

from nova_cells.clients.service_faults import (
    Forbidden,
    Garbage,
    Impossible,
    InUse,
    NotThere,
    OverQuota,
    ServiceFault,
    Unavailable,
)

MOST_WORDS = 255
_IDS = ("x-openstack-request-id", "x-compute-request-id")
_TAG = re.compile(r"<[^>]{0,100}>")
_URL = re.compile(r"\b[a-z+]{2,12}://\S+")
_TEXTS = ("message", "faultstring", "error_message", "detail", "title")
_OTHER = {401: Forbidden, 403: Forbidden, 404: NotThere, 409: InUse, 410: NotThere}


def request_id(answer: requests.Response) -> str | None:
    """The id under which the service's own log has it."""
    found = (answer.headers.get(name) for name in _IDS)
    return next((_clean(value, 64) for value in found if value), None)


def document_of(answer: requests.Response, service: str) -> Any:
    """The JSON of a good answer; None where it has none."""
    if answer.status_code == 204 or not answer.content:
        return None
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError) as fault:
        raise garbage(service, answer, f"no JSON: {fault}") from None


def garbage(service: str, answer: requests.Response, reason: str) -> Garbage:
    """The answer is not what it should be."""
    return Garbage(
        nonsense_text(service),
        status=answer.status_code,
        request_id=request_id(answer),
        detail=reason,
    )


def fault_of(answer: requests.Response, service: str, *, as_user: bool) -> ServiceFault:
    """Of an answer that is none of the good ones."""
    kind, words = _said(answer)
    status = answer.status_code
    found = _kind_of(status, f"{kind} {words}")
    if status == 401 and not as_user:
        found = Unavailable  # our credentials, or the service's way to check them, are to be mended
    facts: dict[str, Any] = {"status": status, "kind": kind, "request_id": request_id(answer)}
    detail = f"{status} {kind or ''} {words}"
    if found is Garbage:
        return garbage(service, answer, detail)
    if found is Unavailable:
        return Unavailable(unavailable_text(service), detail=detail, **facts)
    if found is Forbidden and not as_user:
        words = ""  # what we may not is the operator's to read
    said = words or f"The {service} service refused it."
    return found(said, detail=detail, **facts)


def unavailable_text(service: str) -> str:
    """For whoever waits for it."""
    return f"The {service} service does not answer at the moment. Try again later."


def nonsense_text(service: str) -> str:
    """For whoever gets nothing of what it said."""
    return f"The {service} service gave an answer that makes no sense. Try again later."


def _kind_of(status: int, said: str) -> type[ServiceFault]:
    if status >= 500 or status == 429:
        return Impossible if status in (501, 505) else Unavailable
    if status < 400:
        return Garbage
    if status == 413 or (status in (403, 409) and re.search("quota", said, re.IGNORECASE)):
        return OverQuota
    return _OTHER.get(status, Impossible)


def _said(answer: requests.Response) -> tuple[str | None, str]:
    """(the service's name of the fault, its sentence), as far as the body has them."""
    try:
        body = json.loads(answer.content)
    except (ValueError, RecursionError):
        is_text = "text" in answer.headers.get("Content-Type", "")
        return None, readable(answer.text[:10_000]) if is_text else ""
    kind, words = _in_document(body)
    return kind and _clean(kind, 64), readable(words)


def _in_document(body: Any, depth: int = 3) -> tuple[str | None, str]:
    if isinstance(body, str) and body[:1] == "{":  # Ironic puts a document into a text
        try:
            body = json.loads(body)
        except (ValueError, RecursionError):
            return None, body
    if isinstance(body, str):
        return None, body
    if not isinstance(body, dict) or not depth:
        return None, ""
    kind = body.get("type") if isinstance(body.get("type"), str) else None
    for name in _TEXTS:
        if isinstance(body.get(name), str) and body[name]:
            return kind, _in_document(body[name], depth - 1)[1]
    for value in body.values():
        inner, words = _in_document(value, depth - 1)
        if words:
            return inner or kind, words
    return kind, ""


def readable(words: str) -> str:
    """For tenants: one short line without markup, addresses of services or secrets."""
    return _clean(_URL.sub("…", _masked(words)), MOST_WORDS)


def loggable(words: str) -> str:
    """For the log: one line without markup or secrets."""
    return _clean(_masked(words), 1000)


def _masked(words: str) -> str:
    return str(_TAG.sub(" ", strutils.mask_password(words[:10_000])))


def _clean(words: str, most: int) -> str:
    shown = "".join(letter if letter.isprintable() else " " for letter in words)
    return " ".join(shown.split())[:most]
