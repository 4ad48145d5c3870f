# SPDX-License-Identifier: Apache-2.0
"""What a driver raises: whether to try again, here or elsewhere, is the type's to say."""

from __future__ import annotations


class DriverFault(Exception):
    """Base of what a driver raises: `message` for the server's owner, `details` for admins."""

    everywhere = False
    """Whether it would be so on any other host: nobody need try there."""

    def __init__(self, message: str, details: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class DriverRefused(DriverFault):
    """Never going to work: asking again is useless. The outcome is "refused"."""


class DriverFailed(DriverFault):
    """Did not work this time: may be tried again. The outcome is "failed"."""


class MachineUnknown(DriverRefused):
    """The call needs a machine that is not there."""


class ImageUnusable(DriverRefused):
    """The image is gone, damaged or dangerous: no other host could use it either."""

    everywhere = True


class ImageUnusableHere(ImageUnusable):
    """The image can't be used on this host; on another one perhaps."""

    everywhere = False


class ImageUnavailable(DriverFailed):
    """The image could not be fetched now."""


class HypervisorUnreachable(DriverFailed):
    """The hypervisor does not answer."""


class OutOfSpace(DriverFailed):
    """The host has no room for a disk or an image right now."""


class Cancelled(DriverFault):
    """Raised out of `Progress` when the work is no longer wanted."""
