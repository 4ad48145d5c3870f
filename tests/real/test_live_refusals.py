# SPDX-License-Identifier: Apache-2.0
"""A destination that can't run the guest refuses it readably, before anything moves."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.live_migration_road import check_processor
from tests.real.case import RealDriverCase

GUEST = """<domain type='qemu'><cpu mode='custom' match='exact'><model>qemu64</model>
<feature policy='require' name='{feature}'/></cpu></domain>"""


class Definition:
    """What a domain says of itself."""

    def __init__(self, text):
        self._text = text

    def XMLDesc(self, _flags):
        return self._text


class ProcessorTest(RealDriverCase):
    def test_what_the_destinations_processor_lacks_is_missed_in_time(self):
        here = self.connection()
        check_processor(here, here, Definition(GUEST.format(feature="sse2")))
        with self.assertRaises(DriverRefused) as refused:
            check_processor(here, here, Definition(GUEST.format(feature="avx512f")))
        self.assertIn("processor of the destination", refused.exception.message)
