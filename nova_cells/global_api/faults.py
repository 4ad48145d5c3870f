# SPDX-License-Identifier: Apache-2.0
"""What can go wrong for a caller of the global side, in the API's own codes and words.

Stores, router and services raise these; only the REST engine turns one into HTTP.
"""

from __future__ import annotations

from typing import Any, ClassVar


class ApiFault(Exception):
    """A failure with a public code and a message its reader can act on."""

    code: ClassVar[int] = 500

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class BadRequest(ApiFault):
    """The wish itself is wrong; asking again does not help."""

    code = 400


class NoValidHost(BadRequest):
    """No host of the server's cell can take it as it is asked for now."""


class Forbidden(ApiFault):
    """The caller may not; a quota that is used up counts as this."""

    code = 403


class NotFound(ApiFault):
    """There is no such thing, or none the caller may know of."""

    code = 404


class Conflict(ApiFault):
    """The thing exists, but its present state forbids this."""

    code = 409


class MarkerNotFound(BadRequest):
    """A page was asked for that begins after a thing nobody knows."""

    def __init__(self, marker: str) -> None:
        super().__init__(f"marker [{marker}] not found", marker=marker)


class ServerNotFound(NotFound):
    """No server of this id."""

    def __init__(self, uuid: str) -> None:
        super().__init__(f"Instance {uuid} could not be found.", uuid=uuid)


class QuotaExceeded(Forbidden):
    """A limit of the project or the user stands in the way; `resources` names which."""

    def __init__(self, message: str, resources: tuple[str, ...] = (), **details: Any) -> None:
        super().__init__(message, **details)
        self.resources = resources


class NotSupported(ApiFault):
    """The host under this server has no such ability."""

    code = 501


class CellUnavailable(ApiFault):
    """The cell that has the server does not answer; nothing was begun that it would not repeat."""

    code = 503

    def __init__(self, message: str, retry_after: int = 10, **details: Any) -> None:
        super().__init__(message, **details)
        self.retry_after = retry_after
