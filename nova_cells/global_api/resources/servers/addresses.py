# SPDX-License-Identifier: Apache-2.0
"""Addresses are kept as RFC 5952 writes them: clients compare texts."""

from __future__ import annotations

import ipaddress


def shortest(address: str | None) -> str | None:
    """The canonical text of an IPv6 address that a schema has let through."""
    return None if address is None else str(ipaddress.IPv6Address(address))
