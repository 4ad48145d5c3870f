# SPDX-License-Identifier: Apache-2.0
"""The part of the board that keeps a guest's devices to the memory they were given."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan


def add_viommu(devices: Element, plan: Plan) -> None:
    """Where image or flavor ask for a model; auto is virtio's."""
    model = plan.wish("hw_viommu_model")
    if model is None:
        return
    if not plan.has_pcie:
        raise DriverRefused("A guest's IOMMU needs a q35 board in hw_machine_type.")
    SubElement(devices, "iommu", model="virtio" if model == "auto" else model)
