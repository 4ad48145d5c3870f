# SPDX-License-Identifier: Apache-2.0
"""Runs qemu-img as a child with little memory and little time; formats are always said, never
guessed by it.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from oslo_config import cfg

from nova_cells.cell.compute.drivers.interface import DriverFailed, OutOfSpace


@dataclass(frozen=True)
class Limits:
    """What a child may take: address space in MiB, CPU and wall time in seconds."""

    memory_mb: int = 1024
    cpu_seconds: int = 300
    timeout: float = 1800.0

    @classmethod
    def from_conf(cls, conf: cfg.ConfigOpts) -> Limits:
        options = conf.image_cache
        return cls(options.child_memory_mb, options.child_cpu_seconds, options.child_timeout)


def overlay(base: Path, base_format: str, target: Path, size: int, limits: Limits) -> None:
    """A qcow2 on top of `base`, of `size` bytes."""
    words = ["create", "-q", "-f", "qcow2", "-b", str(base), "-F", base_format]
    run_limited(["qemu-img", *words, str(target), str(size)], limits)


def convert(source: Path, source_format: str, target: Path, limits: Limits) -> None:
    """Rewrite an image as qcow2."""
    words = ["convert", "-q", "-f", source_format, "-O", "qcow2"]
    run_limited(["qemu-img", *words, str(source), str(target)], limits)


def flatten(source: Path, target: Path, target_format: str, compress: bool, limits: Limits) -> None:
    """Rewrite a qcow2 of ours as one file that needs no other."""
    words = ["convert", "-q", *(["-c"] if compress else []), "-f", "qcow2", "-O", target_format]
    run_limited(["qemu-img", *words, str(source), str(target)], limits)


def flattened_size(source: Path, limits: Limits) -> int:
    """Bytes that `flatten` needs at most; the disk may be in use."""
    words = ["measure", "-U", "--output=json", "-f", "qcow2", "-O", "qcow2", str(source)]
    return int(json.loads(run_limited(["qemu-img", *words], limits))["required"])


def resize(disk: Path, size: int, limits: Limits) -> None:
    """Make a qcow2 of ours `size` bytes large."""
    run_limited(["qemu-img", "resize", "-q", "-f", "qcow2", str(disk), str(size)], limits)


def rebase(disk: Path, base: Path, base_format: str, limits: Limits) -> None:
    """Say where the base of a qcow2 of ours is on this host; its bytes are the same."""
    words = ["rebase", "-q", "-u", "-f", "qcow2", "-b", str(base), "-F", base_format]
    run_limited(["qemu-img", *words, str(disk)], limits)


def run_limited(command: list[str], limits: Limits) -> bytes:
    """Run a child to its end; what it says of a failure goes to the administrator."""
    cage = ["prlimit", f"--as={limits.memory_mb << 20}", f"--cpu={limits.cpu_seconds}", "--core=0"]
    try:
        done = subprocess.run(
            [*cage, *command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limits.timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise DriverFailed("Preparing a disk took too long.", " ".join(command)) from None
    except FileNotFoundError as missing:
        raise DriverFailed("A program for disks is missing on the host.", str(missing)) from None
    if done.returncode:
        _explain(command, done)
    return done.stdout


def _explain(command: list[str], done: subprocess.CompletedProcess[bytes]) -> None:
    words = (done.stderr or done.stdout).decode("utf-8", "replace").strip()[-500:]
    details = f"{' '.join(command)} ended with {done.returncode}: {words}"
    if "No space left" in words:
        raise OutOfSpace("The host has no room for the disk.", details)
    raise DriverFailed("A disk could not be prepared.", details)
