# SPDX-License-Identifier: Apache-2.0
"""One request as its caller words it, before anybody knows who asks and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Request:
    """`again`: whether sending it twice does no more than sending it once.

    `data` are bytes as they are, in place of a JSON `body`; `timeout` in place of the section's;
    `stream` leaves the answer's body for the caller to read.
    """

    method: str
    path: str
    again: bool
    body: Any = None
    params: Mapping[str, Any] | None = None
    microversion: str | None = None
    timeout: float | None = None
    headers: Mapping[str, str] | None = None
    data: Any = None
    stream: bool = False
