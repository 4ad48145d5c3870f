# SPDX-License-Identifier: Apache-2.0
"""Everybody may see the zones; their hosts are for administrators."""

from nova_cells.global_api.policies import admin, anyone

_NAME = "os_compute_api:os-availability-zone"
_PATH = "/os-availability-zone"

LIST = anyone(f"{_NAME}:list", "List availability zones.", f"GET {_PATH}")
DETAIL = admin(f"{_NAME}:detail", "List zones with their hosts.", f"GET {_PATH}/detail")
