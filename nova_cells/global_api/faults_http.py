# SPDX-License-Identifier: Apache-2.0
"""Faults as HTTP: the one place where a fault becomes an answer.

The body of an answer never holds a trace or a driver's words; those are in the log, found by the
request id that the answer does hold.
"""

from __future__ import annotations

from typing import Any

import orjson
from oslo_log import log
from pyramid.exceptions import URLDecodeError
from pyramid.httpexceptions import HTTPNotFound
from pyramid.response import Response

from nova_cells.global_api.faults import ApiFault
from nova_cells.global_api.responses import version_headers

LOG = log.getLogger(__name__)

NAMES = {
    400: "badRequest",
    401: "unauthorized",
    403: "forbidden",
    404: "itemNotFound",
    405: "badMethod",
    409: "conflictingRequest",
    413: "overLimit",
    415: "badMediaType",
    429: "overLimit",
    501: "notImplemented",
    503: "serviceUnavailable",
}

UNROUTED = b"""<html>
 <head>
  <title>404 Not Found</title>
 </head>
 <body>
  <h1>404 Not Found</h1>
  The resource could not be found.<br /><br />
 </body>
</html>
"""

BROKEN = (
    "Unexpected API Error. Please report this to the operator of this cloud, "
    "naming the request id {}."
)


class UnsupportedMediaType(ApiFault):
    """The body is of a content type nobody here reads."""

    code = 415


class UnsupportedVersion(ApiFault):
    """A well-formed microversion outside the range served."""

    code = 406


class TooLarge(ApiFault):
    """The body is longer than the API takes."""

    code = 413


class Unrouted(Exception):
    """No such path, or none with this method."""


def faults_tween_factory(handler: Any, registry: Any) -> Any:
    """The outermost tween: whatever comes out of the application is answered here."""

    def answer(request: Any) -> Any:
        try:
            return handler(request)
        except ApiFault as fault:
            return fault_response(request, fault)
        except Unrouted:
            return unrouted()
        except HTTPNotFound:
            return not_found(request)
        except URLDecodeError:
            return error(400, "The path is not valid UTF-8.", [])
        except Exception:  # the edge of the process: nobody above could answer
            LOG.exception("%s %s failed", request.method, request.environ.get("PATH_INFO"))
            message = BROKEN.format(request.environ["nova_cells.request_id"])
            return error(500, message, version_headers(request))

    return answer


def fault_response(request: Any, fault: ApiFault) -> Response:
    """A known fault in the API's envelope."""
    headers = version_headers(request)
    retry_after = getattr(fault, "retry_after", None)
    if retry_after is not None:
        headers.append(("Retry-After", str(retry_after)))
    if fault.code >= 500:
        LOG.warning("answering %s: %s", fault.code, fault.message)
    return error(fault.code, fault.message, headers)


def not_found(request: Any) -> Response:
    """A path nobody knows, or an operation that the version asked for has not."""
    if getattr(request, "matched_route", None) is None:
        return unrouted()
    return error(404, "The resource could not be found.", version_headers(request))


def unrouted() -> Response:
    return Response(body=UNROUTED, status=404, content_type="text/html", charset="UTF-8")


def error(code: int, message: str, headers: list[tuple[str, str]]) -> Response:
    """The error envelope."""
    fault: dict[str, Any] = {"code": code, "message": message}
    retry_after = dict(headers).get("Retry-After")
    if code in (413, 429) and retry_after is not None:
        fault["retryAfter"] = retry_after
    body = orjson.dumps({NAMES.get(code, "computeFault"): fault})
    kind = ("Content-Type", "application/json; charset=UTF-8")
    length = ("Content-Length", str(len(body)))
    return Response(status=code, headerlist=[*headers, kind, length], app_iter=[body])
