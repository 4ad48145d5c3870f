# SPDX-License-Identifier: Apache-2.0
"""One chassis: an Open vSwitch in user space and OVN's controller, in a network namespace.

Tunnels between chassis run through bridges of their own: a switch in user space only sends what
leaves through one of its own bridges.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kit.daemon import Daemon
from kit.hosts.shell import run

SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"
TUNNELS = "198.18.0.{number}"
DAEMONS = ("ovn-controller", "ovs-vswitchd", "ovsdb-server")
# Starts the switch again when it has crashed.
SWITCH = Path(__file__).with_name("switch.sh")
QUIET = ("-vconsole:warn", "-vfile:off")


@dataclass(frozen=True)
class Chassis:
    """`name` is the host's in the cloud. `enter` is the command that puts another where it lives.

    `inside` is the folder of sockets as its processes see it, `outside` as we do. `physical`: the
    bridge of a physical network, for a chassis that is the way out.
    """

    name: str
    number: int
    folder: Path
    enter: tuple[str, ...]
    inside: Path
    outside: Path
    physical: str = ""

    @property
    def switch(self) -> str:
        """Its switch's database, as a client outside is told."""
        return f"unix:{self.outside}/db.sock"

    @property
    def address(self) -> str:
        return TUNNELS.format(number=self.number)

    def up(self, southbound: str) -> None:
        """Start what does not run."""
        self.outside.mkdir(parents=True, exist_ok=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._database()
        self.vsctl("--no-wait", "init")
        self.vsctl("--no-wait", "set", "Open_vSwitch", ".", *self._settings(southbound))
        database = f"unix:{self.inside}/db.sock"
        self._start("ovs-vswitchd", database)
        # Returns when the switch has done it: what follows finds the devices.
        for bridge in filter(None, ("br-int", "br-phys", self.physical)):
            self._bridge(bridge)
        self._start("ovn-controller", database)
        self.give("br-phys", f"{self.address}/24")

    def down(self) -> None:
        """End it; its guests lose their network."""
        for daemon in self.daemons():
            # The switch has a shell before it.
            daemon.stop(seconds=5, group=True)

    def daemons(self) -> list[Daemon]:
        """Its processes."""
        return [self._daemon(name) for name in DAEMONS]

    def give(self, device: str, address: str) -> None:
        """An address for one of its bridges."""
        path = self._addresses
        known = path.read_text().splitlines() if path.exists() else []
        path.write_text("".join(f"{line}\n" for line in {*known, f"{device} {address}"}))
        run(*self.enter, "ip", "addr", "replace", address, "dev", device)
        run(*self.enter, "ip", "link", "set", device, "up")

    def connect(self, bridge: str, device: str) -> None:
        """Plug a device of its namespace into one of its bridges."""
        run(*self.enter, "ip", "link", "set", device, "up")
        self.vsctl("--may-exist", "add-port", bridge, device)

    def vsctl(self, *words: str) -> str:
        """ovs-vsctl on its switch."""
        return run("ovs-vsctl", f"--db={self.switch}", *words)

    def _database(self) -> None:
        path = self.folder / "conf.db"
        if not path.exists():
            run("ovsdb-tool", "create", path, SCHEMA)
        if not self._daemon("ovsdb-server").pid:
            (self.outside / "db.sock").unlink(missing_ok=True)
        self._start("ovsdb-server", str(path), f"--remote=punix:{self.inside}/db.sock")
        self._daemon("ovsdb-server").wait((self.outside / "db.sock").exists)

    def _bridge(self, name: str) -> None:
        settings = ["datapath_type=netdev"]
        settings += ["fail-mode=secure"] if name == "br-int" else []
        made = ["--timeout=30", "--may-exist", "add-br", name, "--", "set", "bridge", name]
        self.vsctl(*made, *settings, "other-config:disable-in-band=true")

    def _settings(self, southbound: str) -> list[str]:
        values = {
            "external_ids:system-id": self.name,
            "external_ids:hostname": self.name,
            "external_ids:ovn-remote": f'"{southbound}"',
            "external_ids:ovn-encap-type": "geneve",
            "external_ids:ovn-encap-ip": self.address,
            "external_ids:ovn-bridge": "br-int",
            "external_ids:ovn-bridge-datapath-type": "netdev",
            "external_ids:ovn-monitor-all": "true",
            "other_config:n-revalidator-threads": "1",
            "other_config:n-handler-threads": "1",
        }
        if self.physical:
            values["external_ids:ovn-bridge-mappings"] = f"physnet1:{self.physical}"
            values["external_ids:ovn-cms-options"] = "enable-chassis-as-gw"
        return [f"{key}={value}" for key, value in values.items()]

    def _start(self, program: str, *words: str) -> None:
        control = self.outside / f"{program}.ctl"
        daemon = self._daemon(program)
        if daemon.pid:
            return
        control.unlink(missing_ok=True)
        # OVN's controller of Debian 12 knows no --unixctl: folders tell it where to listen.
        folders = [f"{name}_RUNDIR={self.inside}" for name in ("OVS", "OVN")]
        watched = ["sh", str(SWITCH), str(self._addresses)] if program == "ovs-vswitchd" else []
        command = [*self.enter, "env", *folders, *watched, program, *words, *QUIET]
        if program != "ovn-controller":
            command.append(f"--unixctl={self.inside}/{program}.ctl")
        daemon.start(command)

    @property
    def _addresses(self) -> Path:
        return self.folder / "addresses"

    def _daemon(self, name: str) -> Daemon:
        return Daemon(name, self.folder)
