# SPDX-License-Identifier: Apache-2.0
"""Finds out whether KVM works here, by booting a guest of one sector under it.

That /dev/kvm is there says nothing: on some machines a guest hangs in its firmware for ever. The
answer is kept on disk for this kernel and this hypervisor.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from pathlib import Path

import libvirt

# mov dx, 0x3f8; mov al, '!'; out dx, al; cli; hlt; jmp to hlt
_CODE = bytes.fromhex("baf803b021eefaf4ebfd")
SAID = b"!"
BOOT_SECTOR = _CODE + b"\0" * (510 - len(_CODE)) + b"\x55\xaa"

_GUEST = """<domain type='{kind}'><name>{name}</name><uuid>{uuid}</uuid>
<memory unit='MiB'>16</memory><vcpu>1</vcpu><os><type arch='x86_64' machine='pc'>hvm</type>
<boot dev='hd'/></os><on_reboot>destroy</on_reboot><devices>
<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='{disk}'/>
<target dev='hda' bus='ide'/></disk>
<serial type='file'><source path='{output}'/></serial></devices></domain>"""


def probe(connection: libvirt.virConnect, folder: Path, timeout: float) -> str:
    """ "kvm" or "qemu"; asked once for each kernel and hypervisor."""
    note = folder / "virt_type.json"
    world = [os.uname().release, connection.getVersion(), connection.getLibVersion()]
    try:
        known = json.loads(note.read_bytes())
        if known["world"] == world:
            return str(known["virt_type"])
    except (FileNotFoundError, ValueError, KeyError):
        pass
    works = _offers_kvm(connection) and boots(connection, "kvm", folder, timeout)
    answer = "kvm" if works else "qemu"
    note.write_text(json.dumps({"world": world, "virt_type": answer}))
    return answer


def _offers_kvm(connection: libvirt.virConnect) -> bool:
    try:
        connection.getDomainCapabilities(None, "x86_64", "pc", "kvm")
    except libvirt.libvirtError:
        return False
    return True


def boots(connection: libvirt.virConnect, kind: str, folder: Path, timeout: float) -> bool:
    """Whether a guest of domain type `kind` comes as far as its boot sector in time."""
    name = f"nova-cells-probe-{uuid.uuid4()}"
    disk, output = folder / f"{name}.raw", folder / f"{name}.out"
    disk.write_bytes(BOOT_SECTOR)
    text = _GUEST.format(kind=kind, name=name, uuid=uuid.uuid4(), disk=disk, output=output)
    try:
        return _speaks(connection, text, output, timeout)
    except libvirt.libvirtError:
        return False
    finally:
        disk.unlink(missing_ok=True)
        output.unlink(missing_ok=True)


def _speaks(connection: libvirt.virConnect, text: str, output: Path, timeout: float) -> bool:
    guest = connection.createXML(text, libvirt.VIR_DOMAIN_START_AUTODESTROY)
    try:
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if output.exists() and output.read_bytes().startswith(SAID):
                return True
            time.sleep(0.05)
        return False
    finally:
        guest.destroy()
