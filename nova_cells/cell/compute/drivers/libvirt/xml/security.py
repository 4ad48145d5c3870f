# SPDX-License-Identifier: Apache-2.0
"""A trusted platform module, emulated beside the guest."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan


def add_tpm(devices: Element, plan: Plan) -> None:
    """Where image or flavor ask for a version."""
    version = plan.wish("hw_tpm_version")
    if version is None:
        return
    model = plan.wish("hw_tpm_model") or "tpm-tis"
    if (version, model) == ("1.2", "tpm-crb"):
        raise DriverRefused("A TPM of version 1.2 can't be of model tpm-crb.")
    tpm = SubElement(devices, "tpm", model=model)
    SubElement(tpm, "backend", type="emulator", version=version)
