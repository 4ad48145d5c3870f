# SPDX-License-Identifier: Apache-2.0
"""What the services beside this one answer, whichever they are. Texts are fit for their reader.

`message` is what a server's owner may read; `detail` is for the log, and never the other way round.
"""

from __future__ import annotations


class ServiceFault(Exception):
    """Base of them all. `kind` is the service's own name of the fault, where it gives one."""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        kind: str | None = None,
        request_id: str | None = None,
        detail: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.kind = kind
        self.request_id = request_id
        self.detail = detail or message


class NotThere(ServiceFault):
    """There is no such thing, or none the caller may see."""


class Forbidden(ServiceFault):
    """The service does not let this caller do it."""


class OverQuota(ServiceFault):
    """The caller has used up what that service lets a project have."""


class Impossible(ServiceFault):
    """The wish can't be fulfilled as it is, here: asking again does not help."""


class InUse(ServiceFault):
    """The thing is there, but not free."""


class Unavailable(ServiceFault):
    """The service can't be asked now, or is not able to answer: asking again may help."""


class LeftAlone(Unavailable):
    """It has failed so often that it is not asked now; `pause`: for so many seconds more."""

    def __init__(self, message: str, *, pause: float = 1.0, detail: str | None = None) -> None:
        super().__init__(message, detail=detail)
        self.pause = pause


class Garbage(Unavailable):
    """It answered, but not what was asked for."""


class OutcomeUnknown(Unavailable):
    """What was to change may have changed: look before asking again."""
