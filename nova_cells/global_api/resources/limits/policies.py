# SPDX-License-Identifier: Apache-2.0
"""Everybody may see the limits of his own project."""

from nova_cells.global_api.policies import admin, anyone

SHOW = anyone("os_compute_api:limits", "See limits and usage.", "GET /limits")
OTHER_PROJECT = admin(
    "os_compute_api:limits:other_project", "See those of another project.", "GET /limits"
)
