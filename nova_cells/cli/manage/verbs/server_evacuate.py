# SPDX-License-Identifier: Apache-2.0
"""Make a server of a fenced cell again in another cell."""

from __future__ import annotations

from nova_cells.cli.manage.onward import Onward


class Evacuate(Onward):
    """Make a server of a fenced cell again in another one, from its image; volumes and ports come.

    What was on the disks of its lost host is gone. A router does it; --wait looks on until it is
    over.
    """

    evacuates = True
