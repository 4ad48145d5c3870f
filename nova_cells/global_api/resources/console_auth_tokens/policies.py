# SPDX-License-Identifier: Apache-2.0
"""Who may learn where a guest's console listens."""

from nova_cells.global_api.policies import admin

SHOW = admin(
    "os_compute_api:os-console-auth-tokens",
    "See what a console token is good for.",
    "GET /os-console-auth-tokens/{console_token}",
)
