# SPDX-License-Identifier: Apache-2.0
"""Marks in the disks of guests that are off, written and read from outside: none has to boot."""

from __future__ import annotations

import subprocess
from pathlib import Path

PLACE = "700M 64k"
PATTERN = "0x5a"


def write_mark(disk: Path) -> None:
    """Write where the image has nothing."""
    _qemu_io(disk, f"write -P {PATTERN} {PLACE}")


def has_mark(disk: Path) -> bool:
    """Whether the mark is there, all of it."""
    return "Pattern verification failed" not in _qemu_io(disk, f"read -P {PATTERN} {PLACE}")


def _qemu_io(disk: Path, command: str) -> str:
    words = ["qemu-io", "-f", "qcow2", "-c", command, str(disk)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    if "Pattern verification" not in done.stdout and done.returncode:
        raise AssertionError(done.stdout + done.stderr)
    return done.stdout
