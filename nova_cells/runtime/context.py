# SPDX-License-Identifier: Apache-2.0
"""Who asks, and under which request id: carried by every RPC and shown in every log line.

The context is ambient (a contextvar), set once at an edge by `use`; a thread started inside does
not inherit it, so hand it over and `use` it there.
"""

from __future__ import annotations

import contextvars
import dataclasses
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


def new_request_id() -> str:
    return f"req-{uuid.uuid4()}"


@dataclass(frozen=True)
class RequestContext:
    """One request. `global_request_id` is what the client sent along, if it did.

    `auth_token` never leaves the process that was given it: not by RPC, not into a log.
    """

    request_id: str = dataclasses.field(default_factory=new_request_id)
    global_request_id: str | None = None
    user_id: str | None = None
    project_id: str | None = None
    roles: tuple[str, ...] = ()
    is_admin: bool = False
    system_scope: str | None = None
    auth_token: str | None = dataclasses.field(default=None, repr=False, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Only what is set: this travels with every call."""
        document: dict[str, Any] = {"request_id": self.request_id}
        if self.roles:
            document["roles"] = list(self.roles)
        if self.is_admin:
            document["is_admin"] = True
        for name in ("global_request_id", "user_id", "project_id", "system_scope"):
            value = getattr(self, name)
            if value is not None:
                document[name] = value
        return document

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> RequestContext:
        """The inverse of `to_dict`; what a newer peer added is ignored."""
        return cls(
            request_id=document.get("request_id") or new_request_id(),
            global_request_id=document.get("global_request_id"),
            user_id=document.get("user_id"),
            project_id=document.get("project_id"),
            roles=tuple(document.get("roles", ())),
            is_admin=bool(document.get("is_admin", False)),
            system_scope=document.get("system_scope"),
        )


_CURRENT: contextvars.ContextVar[RequestContext | None] = contextvars.ContextVar(
    "nova_cells_request", default=None
)


def current() -> RequestContext | None:
    """The context this code runs under, if any."""
    return _CURRENT.get()


@contextmanager
def use(context: RequestContext | None) -> Iterator[RequestContext | None]:
    """Run the block under `context`."""
    token = _CURRENT.set(context)
    try:
        yield context
    finally:
        _CURRENT.reset(token)
