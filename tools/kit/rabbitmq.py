# SPDX-License-Identifier: Apache-2.0
"""A private RabbitMQ node on loopback with one account per virtual host."""

import os
import subprocess
from pathlib import Path

from kit import account, apt, ports, say
from kit.daemon import Daemon

CONF = """\
listeners.tcp.1 = 127.0.0.1:{port}
management.tcp.ip = 127.0.0.1
management.tcp.port = {management}
management_agent.disable_metrics_collector = true
log.file.level = warning
vm_memory_high_watermark.absolute = 1GB
disk_free_limit.absolute = 100MB
"""


class RabbitMQ:
    """A node of our own; virtual hosts and accounts survive `stop`."""

    def __init__(self, state: Path) -> None:
        self._folder = state / "rabbitmq"
        self._port_file = self._folder / "port"
        self.daemon = Daemon("rabbitmq", state)

    def start(self) -> None:
        """Install and start it; takes 10 to 25 s."""
        apt.ensure("rabbitmq-server")
        if self.daemon.pid:
            return
        with say.step("starting RabbitMQ"):
            account.own(self._folder, "rabbitmq")
            if not self._port_file.exists():
                self._port_file.write_text(" ".join(str(ports.free()) for _ in range(4)))
            (self._folder / "rabbitmq.conf").write_text(
                CONF.format(port=self.port, management=self._ports()[3])
            )
            (self._folder / "enabled_plugins").write_text("[rabbitmq_management].")
            programs = _programs()
            self.daemon.start(
                [str(programs / "rabbitmq-server")],
                env=self._environment(),
                cwd=str(self._folder),
                **account.switch("rabbitmq"),
            )
            self.daemon.wait(self._answers, seconds=120)

    @property
    def port(self) -> int:
        """Where it listens for AMQP."""
        return self._ports()[0]

    def _ports(self) -> list[int]:
        """For AMQP, the distribution, its mapper and the management interface."""
        return [int(word) for word in self._port_file.read_text().split()]

    def management(self, name: str, password: str) -> str:
        """The URL of the management interface, with an administrator made for it."""
        self._must("add_user", name, text=password)
        self._must("set_user_tags", name, "administrator")
        return f"http://{name}:{password}@127.0.0.1:{self._ports()[3]}"

    def vhost(self, name: str, password: str) -> str:
        """The transport URL of a virtual host with an account of the same name."""
        if name not in self._control("list_vhosts", "--silent").stdout.split():
            self._must("add_vhost", name)
        users = [
            line.split("\t")[0]
            for line in self._control("list_users", "--silent").stdout.splitlines()
        ]
        if name not in users:
            # On standard input: an argument would stand in the process list.
            self._must("add_user", name, text=password)
        self._must("set_permissions", "-p", name, name, ".*", ".*", ".*")
        return f"rabbit://{name}:{password}@127.0.0.1:{self.port}/{name}"

    def stop(self) -> None:
        """End the node with all it made; the port mapper has left its group."""
        self.daemon.stop(group=True)
        if self._port_file.exists():
            mapper = ["epmd", "-port", str(self._ports()[2]), "-kill"]
            subprocess.run(mapper, capture_output=True, check=False)

    def close_connections(self) -> None:
        """Cut every client off, as a broker that restarts would; for tests."""
        self._must("close_all_connections", "cut off by a test")

    def queues(self, vhost: str) -> list[str]:
        """Names of the queues of a virtual host."""
        told = self._control("list_queues", "-p", vhost, "name", "--silent", "--no-table-headers")
        return told.stdout.split()

    def _answers(self) -> bool:
        return self._control("await_startup", "--timeout", "20").returncode == 0

    def _must(self, *words: str, text: str | None = None) -> None:
        done = self._control(*words, text=text)
        if done.returncode:
            raise say.Trouble(
                f"rabbitmqctl {words[0]} failed: {(done.stdout + done.stderr)[-400:]}"
            )

    def _control(self, *words: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(_programs() / "rabbitmqctl"), "-q", "-n", self._node, *words],
            input=text or "",
            capture_output=True,
            text=True,
            env={**os.environ, **self._environment()},
            cwd=str(self._folder),
            check=False,
            **account.switch("rabbitmq"),
        )

    @property
    def _node(self) -> str:
        return f"nova-cells-{self.port}@localhost"

    def _environment(self) -> dict[str, str]:
        port, distribution, epmd, *_ = self._ports()
        folder = self._folder
        return {
            "HOME": str(folder),
            "RABBITMQ_NODENAME": self._node,
            "RABBITMQ_NODE_PORT": str(port),
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_FEATURE_FLAGS_FILE": str(folder / "feature_flags"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(epmd),
            "RABBITMQ_SERVER_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 2:2 +sbwt none",
        }


def _programs() -> Path:
    """The scripts behind the wrappers: the wrappers insist on the system's own node."""
    found = sorted(Path("/usr/lib/rabbitmq/lib").glob("rabbitmq_server-*/sbin"))
    if not found:
        raise say.Trouble("RabbitMQ's programs are not in /usr/lib/rabbitmq/lib")
    return found[-1]
