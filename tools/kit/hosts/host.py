# SPDX-License-Identifier: Apache-2.0
"""One host: a libvirtd that lives in its namespaces and keeps its things in its own folder.

`serve` is what runs inside; its child becomes libvirtd, whose pid is recorded.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from kit import say
from kit.hosts import network, reaper
from kit.hosts.cgroups import drop_groups, end_containers, groups_of, have_cgroups
from kit.hosts.devices import hide_kvm
from kit.hosts.shell import run

PORT = 16509
PRIVATE = {
    "run": "/run",
    "lib": "/var/lib/libvirt",
    "etc": "/etc/libvirt",
    "log": "/var/log/libvirt",
    "cache": "/var/cache/libvirt",
}
_SPACE = uuid.UUID("2f7c6b0e-54a1-4c6e-9a4b-7d3f0c1e8a55")


@dataclass(frozen=True)
class Host:
    """What is written down of a host; all else follows from it."""

    name: str
    folder: Path
    namespace: str
    leg: str
    address: str

    @property
    def uri(self) -> str:
        return f"qemu+tcp://{self.address}/system"

    @property
    def pid_file(self) -> Path:
        return self.folder / "libvirtd.pid"

    def start(self, bridge: str) -> None:
        """Have it running; one that answers is left alone."""
        network.have_namespace(self.namespace, self.leg, bridge, self.address)
        if self.alive():
            return
        self.pid_file.unlink(missing_ok=True)
        self._write_settings()
        command = ["ip", "netns", "exec", self.namespace, "unshare", "-m", "-u", sys.executable]
        command += ["-m", "kit.hosts.host", self.name, str(self.folder)]
        environment = dict(os.environ, PYTHONPATH=str(Path(__file__).resolve().parents[2]))
        with (self.folder / "libvirtd.out").open("ab") as log:
            process = subprocess.Popen(
                command,
                env=environment,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while not self.pid_file.exists() and process.poll() is None:
            time.sleep(0.01)

    def alive(self) -> bool:
        """Whether the recorded process is still that process."""
        try:
            pid, began = self.pid_file.read_text().split()
        except (FileNotFoundError, ValueError):
            return False
        return _began(int(pid)) == began

    def answers(self) -> bool:
        if not self.alive():
            return False
        try:
            socket.create_connection((self.address, PORT), timeout=1.0).close()
        except OSError:
            return False
        return bool(run("virsh", "-c", self.uri, "uri", check=False, seconds=5.0))

    def wait(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not self.answers():
            if not self.alive() or time.monotonic() > deadline:
                log = (self.folder / "libvirtd.out").read_text(errors="replace")[-800:]
                raise say.Trouble(f"host {self.name} does not answer:\n{log}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End libvirtd and every guest, then take the namespace away."""
        pids = network.pids_in(self.namespace)
        groups = groups_of(pids)
        for how in (signal.SIGTERM, signal.SIGKILL):
            for pid in network.pids_in(self.namespace):
                _signal(pid, how)
            if self._gone(5.0):
                break
        network.drop_namespace(self.namespace, self.leg)
        drop_groups(groups)
        end_containers(pids)
        self.pid_file.unlink(missing_ok=True)

    def crash(self) -> None:
        """Lose all that runs at one instant, and what was in memory; disks stay."""
        pids = network.pids_in(self.namespace)
        while left := network.pids_in(self.namespace):
            for pid in left:
                _signal(pid, signal.SIGKILL)
            self._gone(0.2)
        network.drop_namespace(self.namespace, self.leg)
        end_containers(pids)
        shutil.rmtree(self.folder / "run", ignore_errors=True)
        self.pid_file.unlink(missing_ok=True)

    def _gone(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while network.pids_in(self.namespace):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def _write_settings(self) -> None:
        for name in PRIVATE:
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        identity = uuid.uuid5(_SPACE, str(self.folder))
        (self.folder / "etc/libvirtd.conf").write_text(
            f'host_uuid = "{identity}"\nlisten_tls = 0\nlisten_tcp = 1\nauth_tcp = "none"\n'
            f'tcp_port = "{PORT}"\nlisten_addr = "{self.address}"\nmax_clients = 500\n'
        )
        (self.folder / "etc/qemu.conf").write_text(
            'user = "root"\ngroup = "root"\nremember_owner = 0\nsecurity_driver = "none"\n'
            "keepalive_interval = 1\nkeepalive_count = 5\n"
            'namespaces = []\ncgroup_controllers = ["cpu", "cpuacct"]\nstdio_handler = "file"\n'
        )


def serve(name: str, folder: Path) -> None:
    """Inside the new mount and UTS namespaces: put the private folders in place, be libvirtd."""
    socket.sethostname(name)
    run("mount", "--make-rprivate", "/")
    have_cgroups()
    hide_kvm(folder / "dev")
    for part, place in PRIVATE.items():
        if not Path(place).exists():
            Path(place).mkdir(parents=True)
        run("mount", "--bind", folder / part, place)
    Path("/run/libvirt").mkdir(exist_ok=True)
    if pid := reaper.fork():
        _write_pid(folder / "libvirtd.pid", pid)
        reaper.serve()
    else:
        os.execv("/usr/sbin/libvirtd", ["libvirtd", "--listen", "-p", "/run/libvirtd.pid"])


def _write_pid(file: Path, pid: int) -> None:
    partial = file.with_suffix(".part")
    partial.write_text(f"{pid} {_began(pid)}")
    partial.replace(file)


def _began(pid: int) -> str:
    """When a process began, in clock ticks: together with the pid it names a process for good."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    fields = status.rpartition(")")[2].split()
    return "" if fields[0] == "Z" else fields[19]


def _signal(pid: int, how: signal.Signals) -> None:
    try:
        os.kill(pid, how)
    except ProcessLookupError:
        return


if __name__ == "__main__":
    serve(sys.argv[1], Path(sys.argv[2]))
