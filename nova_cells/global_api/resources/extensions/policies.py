# SPDX-License-Identifier: Apache-2.0
"""Who may read the list of extensions."""

from nova_cells.global_api.policies import anyone

SHOW = anyone(
    "os_compute_api:extensions",
    "List extensions or show one.",
    "GET /extensions",
    "GET /extensions/{alias}",
)
