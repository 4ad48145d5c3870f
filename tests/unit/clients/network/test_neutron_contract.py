# SPDX-License-Identifier: Apache-2.0
"""Neutron's twin keeps what the real one is held to in tests/stack."""

from __future__ import annotations

from tests.unit.clients.network import neutron_case


class TwinKeepsTheContractTest(neutron_case.ContractCase):
    """All of `NetworkContract`."""


del neutron_case
