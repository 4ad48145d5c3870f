# SPDX-License-Identifier: Apache-2.0
"""A private MariaDB on loopback with one account per database."""

import subprocess
from pathlib import Path

from kit import account, apt, ports, say
from kit.daemon import Daemon


class MariaDB:
    """A server of our own; data survives `stop`."""

    def __init__(self, state: Path) -> None:
        self._folder = state / "mariadb"
        self._socket = self._folder / "socket"
        self._port_file = self._folder / "port"
        self.daemon = Daemon("mariadb", state)

    def start(self) -> None:
        """Install and start it, making the data folder on first use."""
        apt.ensure("mariadb-server")
        if not self.daemon.pid:
            with say.step("starting MariaDB"):
                self._start()
        self.daemon.wait(self._answers, seconds=60)

    def _start(self) -> None:
        account.own(self._folder, "mysql")
        data = self._folder / "data"
        if not (data / "mysql").exists():
            self._run(
                "mariadb-install-db",
                "--no-defaults",
                f"--datadir={data}",
                "--skip-test-db",
                "--auth-root-authentication-method=normal",
            )
        if not self._port_file.exists():
            self._port_file.write_text(str(ports.free()))
        self.daemon.start(
            [
                "mariadbd",
                "--no-defaults",
                f"--datadir={data}",
                f"--socket={self._socket}",
                f"--port={self.port}",
                "--bind-address=127.0.0.1",
                "--skip-name-resolve",
                "--max-connections=500",
                "--innodb-buffer-pool-size=256M",
                "--character-set-server=utf8mb4",
                "--collation-server=utf8mb4_bin",
            ],
            **account.switch("mysql"),
        )

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._port_file.read_text())

    def database(self, name: str, password: str) -> str:
        """The URL of a database with an account of the same name that sees nothing else."""
        self._sql(
            f"CREATE DATABASE IF NOT EXISTS {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;"
            f"CREATE USER IF NOT EXISTS '{name}'@'127.0.0.1' IDENTIFIED BY '{password}';"
            f"GRANT ALL ON {name}.* TO '{name}'@'127.0.0.1';"
        )
        return f"mysql+pymysql://{name}:{password}@127.0.0.1:{self.port}/{name}?charset=utf8mb4"

    @property
    def admin_url(self) -> str:
        """For who may make databases and accounts."""
        return f"mysql+pymysql://root@127.0.0.1:{self.port}/?unix_socket={self._socket}"

    def _answers(self) -> bool:
        return self._client("SELECT 1").returncode == 0

    def _sql(self, text: str) -> None:
        done = self._client(text)
        if done.returncode:
            raise say.Trouble(f"MariaDB refused a statement: {done.stderr.strip()}")

    def _client(self, text: str) -> subprocess.CompletedProcess[str]:
        command = ["mariadb", "--no-defaults", f"--socket={self._socket}", "-u", "root"]
        return subprocess.run(command, input=text, capture_output=True, text=True, check=False)

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, **account.switch("mysql")
        )
        if done.returncode:
            raise say.Trouble(f"{command[0]} failed:\n{(done.stdout + done.stderr)[-800:]}")
