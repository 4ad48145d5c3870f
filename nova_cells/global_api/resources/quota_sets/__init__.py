# SPDX-License-Identifier: Apache-2.0
"""Quota sets: limits of a project and of one user in it."""

from typing import Any


def includeme(config: Any) -> None:
    config.add_route("quota_set", "/os-quota-sets/{project}")
    config.add_route("quota_set_detail", "/os-quota-sets/{project}/detail")
    config.add_route("quota_set_defaults", "/os-quota-sets/{project}/defaults")
