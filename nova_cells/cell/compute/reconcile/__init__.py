# SPDX-License-Identifier: Apache-2.0
"""Compares the guests that are there with what should be: a file for each finding."""

from nova_cells.cell.compute.reconcile.rounds import Reconciliation

__all__ = ["Reconciliation"]
