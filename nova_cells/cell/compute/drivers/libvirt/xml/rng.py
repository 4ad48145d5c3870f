# SPDX-License-Identifier: Apache-2.0
"""Randomness from the host: without it a guest waits long for its first keys."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from oslo_utils import strutils

from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan
from nova_cells.cell.compute.drivers.libvirt.xml.tree import add_text

PERIOD_MS = "1000"


def add_rng(devices: Element, plan: Plan) -> None:
    """One device for every guest whose flavor allows it, at the rate it allows."""
    specs = plan.machine.extra_specs
    if not strutils.bool_from_string(specs.get("hw_rng:allowed", "true")):
        return
    random = SubElement(devices, "rng", model="virtio")
    if rate := specs.get("hw_rng:rate_bytes"):
        period = specs.get("hw_rng:rate_period") or PERIOD_MS
        SubElement(random, "rate", bytes=rate, period=period)
    add_text(random, "backend", "/dev/urandom", model="random")
