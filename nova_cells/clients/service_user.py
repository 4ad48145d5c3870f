# SPDX-License-Identifier: Apache-2.0
"""As whom we ask another service, where it is not as the user we serve."""

from __future__ import annotations

from typing import Any

from keystoneauth1.identity.v3 import Password


def credentials(options: Any) -> Password:
    """Of a configuration section that has the usual options of a service user."""
    return Password(
        auth_url=options.auth_url,
        username=options.username,
        password=options.password,
        project_name=options.project_name,
        user_domain_name=options.user_domain_name,
        project_domain_name=options.project_domain_name,
    )
