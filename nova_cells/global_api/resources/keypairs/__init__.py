# SPDX-License-Identifier: Apache-2.0
"""Key pairs of a user."""

from typing import Any


def includeme(config: Any) -> None:
    config.add_route("keypairs", "/os-keypairs")
    config.add_route("keypair", "/os-keypairs/{name}")
