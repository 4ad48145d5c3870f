# SPDX-License-Identifier: Apache-2.0
"""Services: the processes of hosts and cells."""

from typing import Any


def includeme(config: Any) -> None:
    config.add_route("services", "/os-services")
    config.add_route("service", "/os-services/{service}")
