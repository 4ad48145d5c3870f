# SPDX-License-Identifier: Apache-2.0
"""Nodes of a real Ironic do what every driver's machines do."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.ironic.driver import IronicDriver
from tests.parity.suite import parity_of
from tests.stack.baremetal.case import IronicCase


class IronicParityTest(parity_of(IronicDriver), IronicCase):
    """One node, given back after each test."""
