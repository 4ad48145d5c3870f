# SPDX-License-Identifier: Apache-2.0
"""The screen, the server that shows it, keyboard and pointer.

A guest nobody can look at has none of them, unless its image asks.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan

WITH_MEMORY = ("cirrus", "qxl", "vga", "vmvga", "bochs")


def add_screen(devices: Element, plan: Plan) -> None:
    """One server for each console that the host's configuration offers."""
    style, model = plan.style, plan.wish("hw_video_model")
    servers = [kind for kind, on in (("vnc", style.vnc), ("spice", style.spice)) if on]
    if servers and model != "none":
        for kind in servers:
            screen = SubElement(devices, "graphics", type=kind, autoport="yes")
            SubElement(screen, "listen", type="address", address=style.console_address)
        model = model or "vga"
    if model:
        video = SubElement(SubElement(devices, "video"), "model", type=model)
        _add_memory(video, model, plan)
    _add_input(devices, plan)


def _add_memory(video: Element, model: str, plan: Plan) -> None:
    """As much as the image wants, where the flavor lets it."""
    wanted = int(plan.wish("hw_video_ram") or "0")
    most = int(plan.machine.extra_specs.get("hw_video:ram_max_mb") or "0")
    if wanted > most:
        raise DriverRefused(
            f"The image wants {wanted} MiB of video memory, the flavor allows {most} "
            "by hw_video:ram_max_mb."
        )
    if wanted and model in WITH_MEMORY:
        video.set("vram", str(wanted << 10))


def _add_input(devices: Element, plan: Plan) -> None:
    bus, pointer = plan.wish("hw_input_bus"), plan.wish("hw_pointer_model")
    if pointer == "usbtablet" or bus in ("usb", "virtio"):
        where = "usb" if pointer == "usbtablet" and bus is None else str(bus)
        SubElement(devices, "input", type="tablet", bus=where)
        SubElement(devices, "input", type="keyboard", bus=where)
