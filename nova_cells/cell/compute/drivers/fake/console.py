# SPDX-License-Identifier: Apache-2.0
"""What a fake guest writes to its serial console: enough for a person to see that it is theirs."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.fake.store import FakeMachine
from nova_cells.cell.compute.drivers.interface import PowerState
from nova_cells.cell.compute.drivers.last_lines import last_lines

BOOT = """\
[    0.000000] nova_cells fake guest, boot {boot}: no real machine is running here
[    0.000000] Machine {uuid}
[    0.010000] {vcpus} CPU(s), {memory_mb} MiB of memory
{disk}[    0.250000] Welcome to {name}!
"""


def console_of(machine: FakeMachine, host: str, lines: int) -> str:
    """The last `lines` lines, all of them for -1."""
    found = "".join(f"[    0.100000] {line}\n" for line in machine.disk.splitlines())
    text = "".join(
        BOOT.format(
            boot=boot,
            uuid=machine.uuid,
            vcpus=machine.vcpus,
            memory_mb=machine.memory_mb,
            disk=found,
            name=machine.name,
        )
        for boot in range(1, machine.boots + 1)
    )
    text += "[    9.000000] Uhhuh. NMI received: dumping memory\n" * machine.dumps
    if machine.boots:
        ended = machine.power in (PowerState.SHUTDOWN, PowerState.CRASHED)
        text += "[    9.990000] Power down.\n" if ended else f"\n{machine.name} on {host} login: \n"
    return last_lines(text, lines)
