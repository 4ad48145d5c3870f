# SPDX-License-Identifier: Apache-2.0
"""The three outcomes of a call: a value, `Refused` with a code, or `Unknown`.

A refusal is a fact: nothing was done. `Unknown` says the opposite of a fact: the work may have been
done, is being done, or never began; only asking again under the same key tells.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class FaultCode(StrEnum):
    """Why a peer refused. Codes are part of the wire: one is never renamed, only added."""

    NO_VALID_HOST = "no_valid_host"
    TOMBSTONED = "tombstoned"
    STALE_EPOCH = "stale_epoch"
    DEADLINE_PASSED = "deadline_passed"
    INSTANCE_NOT_FOUND = "instance_not_found"
    ACTION_NOT_FOUND = "action_not_found"
    CONFLICT = "conflict"
    HOST_NOT_FOUND = "host_not_found"
    HOST_IDENTITY_CHANGED = "host_identity_changed"
    HOST_IN_USE = "host_in_use"
    HOST_DOWN = "host_down"
    CELL_FULL = "cell_full"
    NOT_SUPPORTED = "not_supported"
    INVALID = "invalid"
    TOO_MANY = "too_many"
    UNAVAILABLE_CONSOLE = "unavailable_console"
    NO_SUCH_TOKEN = "no_such_token"
    NO_SUCH_PORT = "no_such_port"
    NO_SUCH_VOLUME = "no_such_volume"
    WRONG_CELL = "wrong_cell"
    UNSUPPORTED_VERSION = "unsupported_version"


class Outcome(Exception):
    """Base of the two outcomes that are not a value."""


class Refused(Outcome):
    """The peer did nothing, and says why: `message` for people, `details` for programs."""

    def __init__(self, code: FaultCode | str, message: str = "", **details: Any) -> None:
        super().__init__(message or str(code))
        self.code = FaultCode(code)
        self.message = message or str(code)
        self.details = details


class Unknown(Outcome):
    """No answer in time, or none that can be trusted: the work may or may not have been done."""
