# SPDX-License-Identifier: Apache-2.0
"""Runs qemu-img as a child with little memory, little time and no network; formats are always
said, never guessed by it.
"""

from __future__ import annotations

import functools
import json
import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from oslo_config import cfg

from nova_cells.cell.compute.drivers.interface import (
    DriverFailed,
    DriverFault,
    ImageUnusable,
    OutOfSpace,
)

Progress = Callable[[int], None]
LOOK = 0.5
HEADERS = 64 << 20
# qemu-img starts up to 64 threads. With the usual stacks, and a heap of 64 MiB for each, their
# mere addresses pass the limit, and now and then a thread can't be had.
STACK = 1 << 20
FRUGAL = ("MALLOC_ARENA_MAX=1",)


@dataclass(frozen=True)
class Limits:
    """What a child may take: address space in MiB, CPU and wall time in seconds.

    `largest`: bytes that a file it writes may have.
    """

    memory_mb: int = 1024
    cpu_seconds: int = 300
    timeout: float = 1800.0
    largest: int | None = None

    @classmethod
    def from_conf(cls, conf: cfg.ConfigOpts) -> Limits:
        options = conf.image_cache
        return cls(options.child_memory_mb, options.child_cpu_seconds, options.child_timeout)

    def for_bytes(self, size: int) -> Limits:
        """More time for what is large: a second of CPU for 8 MiB, four to wait."""
        more = size >> 23
        return replace(self, cpu_seconds=self.cpu_seconds + more, timeout=self.timeout + 4.0 * more)

    def held(self, command: Sequence[str]) -> list[str]:
        """The command with these limits, and with its parent's life.

        A child that outlives a killed agent writes where the next one is at work already.
        """
        told = [f"--as={self.memory_mb << 20}", f"--cpu={self.cpu_seconds}", "--core=0"]
        told.append(f"--stack={STACK}")
        told += [f"--fsize={self.largest}"] if self.largest is not None else []
        return ["env", *FRUGAL, "setpriv", "--pdeathsig", "KILL", "prlimit", *told, *command]


def overlay(base: Path, base_format: str, target: Path, size: int, limits: Limits) -> None:
    """A qcow2 on top of `base`, of `size` bytes."""
    words = ["create", "-q", "-f", "qcow2", "-b", str(base), "-F", base_format]
    run_limited(["qemu-img", *words, str(target), str(size)], limits)


def convert(
    source: Path,
    source_format: str,
    target: Path,
    size: int,
    limits: Limits,
    progress: Progress | None = None,
) -> None:
    """Rewrite an image of somebody else's, whose disk has `size` bytes, as qcow2.

    It may not fill the host's disk, whatever it holds, and what can't be read is not tried again.
    """
    space = os.statvfs(target.parent)
    largest = min(size + (size >> 6) + HEADERS, space.f_bavail * space.f_frsize * 4 // 5)
    words = ["convert", "-q", "-f", source_format, "-O", "qcow2", str(source), str(target)]
    cage = replace(limits, largest=largest)
    run_limited(["qemu-img", *words], cage, progress, fault=ImageUnusable)


def flatten(
    source: Path,
    target: Path,
    target_format: str,
    compress: bool,
    limits: Limits,
    progress: Progress | None = None,
) -> None:
    """Rewrite a qcow2 of ours as one file that needs no other."""
    words = ["convert", "-q", *(["-c"] if compress else []), "-f", "qcow2", "-O", target_format]
    run_limited(["qemu-img", *words, str(source), str(target)], limits, progress)


def flattened_size(source: Path, limits: Limits) -> int:
    """Bytes that `flatten` needs at most; the disk may be in use."""
    words = ["measure", "-U", "--output=json", "-f", "qcow2", "-O", "qcow2", str(source)]
    return int(json.loads(run_limited(["qemu-img", *words], limits))["required"])


def run_limited(
    command: list[str],
    limits: Limits,
    progress: Progress | None = None,
    *,
    fault: type[DriverFault] = DriverFailed,
) -> bytes:
    """Run a child to its end and answer what it says; what it says of a failure is for admins.

    `progress` may break it off. `fault`: what its failing means, where the host is not to blame.
    """
    try:
        child = subprocess.Popen(
            [*_without_network(), *limits.held(command)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except FileNotFoundError as missing:
        raise DriverFailed("A program for disks is missing on the host.", str(missing)) from None
    try:
        said, complained = _end_of(child, limits.timeout, progress)
    except subprocess.TimeoutExpired:
        raise fault("Preparing a disk took too long.", " ".join(command)) from None
    finally:
        if child.poll() is None:
            child.kill()
            child.communicate()
    if child.returncode:
        _explain(command, child.returncode, complained or said, fault)
    return said


def _end_of(
    child: subprocess.Popen[bytes], timeout: float, progress: Progress | None
) -> tuple[bytes, bytes]:
    waited = 0.0
    while True:
        try:
            return child.communicate(timeout=min(LOOK, timeout))
        except subprocess.TimeoutExpired:
            waited += LOOK
            if waited >= timeout:
                raise
            if progress is not None:
                progress(0)


@functools.cache
def _without_network() -> tuple[str, ...]:
    """Words that put a child where there is nobody to talk to, as far as this user may do that."""
    for words in (("unshare", "--net"), ("unshare", "--map-current-user", "--net")):
        try:
            done = subprocess.run([*words, "true"], capture_output=True, check=False)
        except FileNotFoundError:
            return ()
        if done.returncode == 0:
            return words
    return ()


def _explain(command: list[str], code: int, complaint: bytes, fault: type[DriverFault]) -> None:
    words = complaint.decode("utf-8", "replace").strip()[-500:]
    details = f"{' '.join(command)} ended with {code}: {words}"
    full = ("No space left", "Disk quota exceeded", "File too large")
    if code == -signal.SIGXFSZ or any(each in words for each in full):
        raise OutOfSpace("The host has no room for the disk.", details)
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise fault("Preparing a disk took too much work.", details)
    if fault is ImageUnusable:
        raise fault("The image is damaged, or too odd to be read.", details)
    raise fault("A disk could not be prepared.", details)
