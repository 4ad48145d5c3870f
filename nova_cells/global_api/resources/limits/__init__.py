# SPDX-License-Identifier: Apache-2.0
"""Limits: what a project may use and what it does use, for its own eyes."""

from typing import Any


def includeme(config: Any) -> None:
    config.add_route("limits", "/limits")
