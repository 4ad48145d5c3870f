# SPDX-License-Identifier: Apache-2.0
"""Quota class sets: the limits a project has before its own are set."""

from typing import Any


def includeme(config: Any) -> None:
    config.add_route("quota_class_set", "/os-quota-class-sets/{name}")
