# SPDX-License-Identifier: Apache-2.0
"""The virtual host of a new cell: made by RabbitMQ's management interface, or prepared."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import requests
from kombu import Connection
from kombu.exceptions import KombuError, OperationalError

from nova_cells.cli.manage.bootstrap.trouble import Trouble

_PATIENCE = 10.0


def make(admin_url: str, amqp: str, name: str, password: str, undo: ExitStack) -> str:
    """A new virtual host with an account of the same name; answers its transport URL.

    `amqp`: host:port at which cells reach the broker.
    """
    desk = _Management(admin_url)
    for kind in ("vhosts", "users"):
        if desk.has(kind, name):
            raise Trouble(
                f"RabbitMQ has {name} among its {kind} already: give its URL with "
                "--transport-url-file, or another name"
            )
    undo.callback(desk.forget, "vhosts", name)
    desk.put(f"vhosts/{quote(name, safe='')}", {})
    undo.callback(desk.forget, "users", name)
    desk.put(f"users/{quote(name, safe='')}", {"password": password, "tags": ""})
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    desk.put(f"permissions/{quote(name, safe='')}/{quote(name, safe='')}", everything)
    return f"rabbit://{quote(name)}:{quote(password)}@{amqp}/{quote(name)}"


def check(url: str) -> None:
    """Raise unless the broker lets us in."""
    parts = urlsplit(url)
    if parts.scheme != "rabbit":
        return  # embedded: there is nobody to ask
    first, _, path = url.removeprefix("rabbit://").partition("/")
    account, _, hosts = first.rpartition("@")
    plain = f"amqp://{account}@{hosts.split(',')[0].rpartition('@')[2]}/{path or '%2F'}"
    connection = Connection(plain, connect_timeout=5)
    try:
        connection.connect()
    except (*_errors(connection), KombuError, OperationalError, OSError) as error:
        words = getattr(error, "reply_text", None) or str(error) or type(error).__name__
        raise Trouble(f"the broker at {parts.hostname}:{parts.port} says: {words}") from None
    finally:
        connection.release()


def _errors(connection: Connection) -> tuple[type[BaseException], ...]:
    return tuple(connection.connection_errors)


class _Management:
    """The few requests that are needed; the account never is part of a URL."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Trouble("the broker's admin URL must begin with http:// or https://")
        port = f":{parts.port}" if parts.port else ""
        self.where = f"{parts.scheme}://{parts.hostname}{port}"
        self._auth = (unquote(parts.username or ""), unquote(parts.password or ""))

    def has(self, kind: str, name: str) -> bool:
        return self._ask("GET", f"{kind}/{quote(name, safe='')}", fine=(200, 404)) == 200

    def put(self, path: str, body: dict[str, Any]) -> None:
        self._ask("PUT", path, body, fine=(200, 201, 204))

    def forget(self, kind: str, name: str) -> None:
        self._ask("DELETE", f"{kind}/{quote(name, safe='')}", fine=(200, 204, 404))

    def _ask(self, method: str, path: str, body: Any = None, *, fine: tuple[int, ...]) -> int:
        try:
            answer = requests.request(
                method,
                f"{self.where}/api/{path}",
                json=body,
                auth=self._auth,
                timeout=_PATIENCE,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            reason = type(error).__name__
            raise Trouble(f"RabbitMQ's management at {self.where}: {reason}") from None
        if answer.status_code in (401, 403):
            raise Trouble(f"RabbitMQ's management at {self.where} refuses this account")
        if answer.status_code not in fine:
            raise Trouble(f"RabbitMQ's management at {self.where}: {answer.status_code} to {path}")
        return answer.status_code
