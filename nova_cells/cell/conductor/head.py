# SPDX-License-Identifier: Apache-2.0
"""An instance in the hands of a transaction: its document, changed only through `set`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from nova_cells.cell.db import instances, volumes
from nova_cells.objects import Fault, Instance, RequestSpec


class Head:
    """`fresh`: not in the database yet. `gone`: to be taken out of it. `dirty`: changed.

    `booked`: host and node that this transaction has claimed for it already, by this `trail`.
    """

    def __init__(
        self,
        document: dict[str, Any],
        amended_by: str | None = None,
        *,
        spec: RequestSpec | None = None,
        fresh: bool = False,
    ) -> None:
        self.document = document
        self.amended_by = amended_by
        self.fresh = fresh
        self.gone = False
        self.booked: tuple[str, str] | None = None
        self.trail: list[tuple[str, int]] = []
        self.dirty = fresh
        self._spec = spec
        self._connections: dict[tuple[str, str], dict[str, Any]] = {}

    def __getitem__(self, name: str) -> Any:
        return self.document[name]

    def set(self, **changes: Any) -> None:
        """Change fields; the revision follows when it is saved."""
        self.document.update(changes)
        self.dirty = True

    def fail(self, message: str, details: str | None, now: int, code: int = 500) -> None:
        """Give it a fault, the newest of which its owner reads."""
        fault = Fault(code=code, message=message, details=details, created_at=now)
        self.set(fault=fault.document())

    @property
    def uuid(self) -> str:
        return str(self.document["uuid"])

    def instance(self) -> Instance:
        """As it travels."""
        instance: Instance = Instance.from_document(self.document)
        return instance

    def spec(self, connection: Connection) -> RequestSpec | None:
        """What it was wished as; absent once it is deleted."""
        if self._spec is None:
            document = instances.spec(connection, self.uuid)
            self._spec = RequestSpec.from_document(document) if document else None
        return self._spec

    def put_spec(self, connection: Connection, spec: RequestSpec) -> None:
        """From now on it is wished as this."""
        instances.put_spec(connection, self.uuid, spec.document())
        self._spec = spec

    def learn_connections(self, connection: Connection) -> None:
        """How its volumes are reached, for whoever is sent to a host; costs nothing without any."""
        if self.document.get("volumes"):
            rows = volumes.of_server(connection, self.uuid)
            self._connections = {(row.volume_id, row.host): row.connection for row in rows}

    def connection_of(self, volume_id: str, host: str | None) -> dict[str, Any] | None:
        """How a host reaches one of its volumes, if this transaction has read that. A secret."""
        return self._connections.get((volume_id, host or ""))

    @property
    def known_spec(self) -> RequestSpec | None:
        """The spec if this transaction has read it."""
        return self._spec


def load(connection: Connection, uuid: str, *, lock: bool = False) -> Head | None:
    """The instance of that uuid; `lock` holds it till the end of the transaction."""
    found = instances.get(connection, uuid, lock=lock)
    return None if found is None else Head(*found)
