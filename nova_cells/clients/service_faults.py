# SPDX-License-Identifier: Apache-2.0
"""What the services beside this one answer, whichever they are. Texts are fit for their reader."""


class ServiceFault(Exception):
    """Base of them all."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotThere(ServiceFault):
    """There is no such thing, or none the caller may see."""


class Impossible(ServiceFault):
    """The wish can't be fulfilled as it is, here: asking again does not help."""


class InUse(ServiceFault):
    """The thing is there, but not free."""
