# SPDX-License-Identifier: Apache-2.0
"""A private PostgreSQL on loopback with one account per database."""

import subprocess
from pathlib import Path

from kit import account, apt, ports, say
from kit.daemon import Daemon


class PostgreSQL:
    """A server of our own; data survives `stop`."""

    def __init__(self, state: Path) -> None:
        self._folder = state / "postgresql"
        self._port_file = self._folder / "port"
        self.daemon = Daemon("postgresql", state)

    def start(self) -> None:
        """Install and start it, making the data folder on first use."""
        apt.ensure("postgresql")
        if not self.daemon.pid:
            with say.step("starting PostgreSQL"):
                self._start()
        self.daemon.wait(self._answers, seconds=60)

    def _start(self) -> None:
        account.own(self._folder, "postgres")
        data = self._folder / "data"
        if not (data / "PG_VERSION").exists():
            self._run(
                str(_bin() / "initdb"),
                "-D",
                str(data),
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-locale",
                "-U",
                "postgres",
            )
            # Passwords over TCP; only the local socket, in a folder of ours, goes without.
            (data / "pg_hba.conf").write_text(
                "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
            )
        if not self._port_file.exists():
            self._port_file.write_text(str(ports.free()))
        self.daemon.start(
            [
                str(_bin() / "postgres"),
                "-D",
                str(data),
                "-p",
                str(self.port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                f"unix_socket_directories={self._folder}",
                "-c",
                "max_connections=300",
            ],
            **account.switch("postgres"),
        )

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._port_file.read_text())

    def database(self, name: str, password: str) -> str:
        """The URL of a database with an account of the same name that sees nothing else."""
        if not self._psql(f"SELECT 1 FROM pg_roles WHERE rolname = '{name}'").stdout.strip():
            self._sql(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
        if not self._psql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'").stdout.strip():
            self._sql(f"CREATE DATABASE {name} OWNER {name}")
            self._sql(f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC")
        return f"postgresql+psycopg2://{name}:{password}@127.0.0.1:{self.port}/{name}"

    @property
    def admin_url(self) -> str:
        """For who may make databases and accounts."""
        return f"postgresql+psycopg2://postgres@/postgres?host={self._folder}&port={self.port}"

    def _answers(self) -> bool:
        return self._psql("SELECT 1").returncode == 0

    def _sql(self, text: str) -> None:
        done = self._psql(text)
        if done.returncode:
            raise say.Trouble(f"PostgreSQL refused a statement: {done.stderr.strip()}")

    def _psql(self, text: str) -> subprocess.CompletedProcess[str]:
        where = ["-h", str(self._folder), "-p", str(self.port), "-U", "postgres"]
        command = [str(_bin() / "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *where]
        return subprocess.run(command, input=text, capture_output=True, text=True, check=False)

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, **account.switch("postgres")
        )
        if done.returncode:
            raise say.Trouble(f"{command[0]} failed:\n{(done.stdout + done.stderr)[-800:]}")


def _bin() -> Path:
    """The newest server's programs; distributions keep several versions side by side."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise say.Trouble("PostgreSQL's server programs are not in /usr/lib/postgresql")
    return found[-1].parent
