# SPDX-License-Identifier: Apache-2.0
"""Make all servers of a fenced cell again in other cells."""

from __future__ import annotations

from nova_cells.cli.manage.verbs.cell_drain import Drain


class Evacuate(Drain):
    """Make every server of a fenced cell again in other cells; lists what is left, and why.

    The same again shows how far it is. It is given up by `cell readmit`: what has not gone by then
    stays.
    """

    evacuates = True
