# SPDX-License-Identifier: Apache-2.0
"""A cell that follows a script, served over a real (in-process) bus. It keeps the cell's promises:

idempotent by (uuid, epoch), tombstones, lower epochs refused. `script` may replace any answer.
"""

from __future__ import annotations

import threading
import time
import uuid as uuids
from collections import Counter
from collections.abc import Callable
from typing import Any

from nova_cells.contracts import INTERFACES, Cell, Changes, Facts, FaultCode, Refused, Unknown
from nova_cells.objects import (
    ActionRecord,
    BuildReply,
    CancelReply,
    CellFacts,
    FeedItem,
    HostRecord,
    Instance,
    Inventory,
    Migration,
    PolicyBundle,
    RequestSpec,
)
from nova_cells.objects.amendment import amended
from nova_cells.objects.sums import sums_of
from nova_cells.runtime.clock import now
from nova_cells.runtime.messaging import Bus

SHAPE = {"vcpus": 64, "memory_mb": 65536, "disk_gb": 2000, "count": 1}


class Broken(Exception):
    """Raised by a script: the caller sees Unknown."""


class ScriptedCell:
    """`places` is how many servers it takes; `script` maps a method to what is done before it.

    `does`: what an operation changes of a server, in place of its task state.
    """

    def __init__(self, name: str, *, places: int = 1000) -> None:
        self.uuid = str(uuids.uuid4())
        self.name = name
        self.url = f"local://{name}-{self.uuid[:8]}"
        self.places = places
        self.script: dict[str, Callable[..., None]] = {}
        self.does: Callable[[str, str, dict[str, Any]], dict[str, Any]] | None = None
        self.calls: Counter[str] = Counter()
        self.instances: dict[str, Instance] = {}
        self.moves: list[Migration] = []
        self.tombstones: dict[str, int] = {}
        self.bundle: PolicyBundle | None = None
        self.marked = 0
        self.flights: dict[str, dict[str, Any]] = {}
        self.deployment = ""
        self.publisher = "conductor"
        self.hosts_known: dict[str, HostRecord] = {}
        self._lock = threading.RLock()
        self._bus = Bus(self.url)
        self._server: Any = None

    def start(self) -> None:
        self._server = self._bus.serve(Cell, self, address=f"conductor-{self.uuid}", threads=4)
        self._server.start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None

    def close(self) -> None:
        """Leave; a server that has worked takes a second to stop, so nobody waits for it."""
        threading.Thread(target=self.stop, daemon=True).start()

    def _enter(self, method: str, **arguments: Any) -> None:
        self.calls[method] += 1
        if method in self.script:
            self.script[method](**arguments)

    # contracts.Cell

    def build(self, requests: list[RequestSpec]) -> list[BuildReply]:
        self._enter("build", requests=requests)
        with self._lock:
            replies = [self._build(spec) for spec in requests]
        if "build:after" in self.script:
            self.script["build:after"](requests=requests)
        return replies

    def build_many(
        self, request: RequestSpec, servers: list[dict[str, Any]], least: int
    ) -> list[BuildReply]:
        specs = [request.replace(**differences) for differences in servers]
        self._enter("build_many", requests=specs)
        with self._lock:
            known = sum(spec.uuid in self.instances for spec in specs)
            room = self.places - len(self.instances) + known
            if room < least:
                refusals = [_no(spec.uuid, FaultCode.NO_VALID_HOST) for spec in specs]
                return [refusal.replace(room=room) for refusal in refusals]
            replies = [self._build(spec) for spec in specs]
        for reply in replies:
            reply.instance = None
        if "build_many:after" in self.script:
            self.script["build_many:after"](requests=specs)
        return replies

    def _build(self, spec: RequestSpec) -> BuildReply:
        known = self.instances.get(spec.uuid)
        if known is not None and known.epoch == spec.epoch:
            return BuildReply(uuid=spec.uuid, accepted=True, instance=known)
        if self.tombstones.get(spec.uuid, 0) >= spec.epoch:
            return _no(spec.uuid, FaultCode.TOMBSTONED)
        if len(self.instances) >= self.places:
            return _no(spec.uuid, FaultCode.NO_VALID_HOST)
        instance = Instance.from_spec(spec)
        instance.host = f"{self.name}-1"
        instance.node = f"{self.name}-1"
        instance.task_state = "spawning"
        self.instances[spec.uuid] = instance
        return BuildReply(uuid=spec.uuid, accepted=True, instance=instance)

    def cancel(self, uuid: str, epoch: int, key: str) -> CancelReply:
        self._enter("cancel", uuid=uuid)
        with self._lock:
            known = self.instances.get(uuid)
            if known is None or known.epoch != epoch:
                self.tombstones[uuid] = max(epoch, self.tombstones.get(uuid, 0))
                return CancelReply(uuid=uuid, state="absent")
            return CancelReply(uuid=uuid, state="deleting", instance=self._set(uuid, DELETING))

    def act(
        self, uuid: str, epoch: int, kind: str, key: str, arguments: dict[str, Any]
    ) -> Instance:
        self._enter("act", uuid=uuid, kind=kind, key=key)
        with self._lock:
            self._check(uuid, epoch)
            if self.does is not None:
                return self._set(uuid, self.does(uuid, kind, arguments))
            return self._set(uuid, DELETING if kind == "delete" else {"task_state": kind})

    def amend(self, uuid: str, epoch: int, key: str, changes: dict[str, Any]) -> Instance:
        self._enter("amend", uuid=uuid)
        with self._lock:
            known = self._check(uuid, epoch)
            return self._set(uuid, amended(known.document(), changes))

    def in_flight(self, after: str, limit: int, late: bool) -> list[dict[str, Any]]:
        self._enter("in_flight", after=after, limit=limit, late=late)
        with self._lock:
            found = sorted(self.flights.items())
        return [told for key, told in found if key > after][:limit]

    def operation(self, key: str) -> dict[str, Any]:
        self._enter("operation", key=key)
        if key not in self.flights:
            raise Refused(FaultCode.ACTION_NOT_FOUND, "There is no such operation in this cell.")
        return {**self.flights[key], "details": None, "plan": ["claim"], "steps": []}

    def why(self, uuid: str) -> dict[str, Any]:
        self._enter("why", uuid=uuid)
        return {"host": "host-1", "trail": [["ComputeFilter", 1]], "decided_at": now()}

    def explain(self, request: RequestSpec) -> dict[str, Any]:
        self._enter("explain", request=request)
        return {"hosts": 2, "left": 1, "trail": [["ResourceFilter", 1]], "message": None}

    def show(self, uuid: str) -> Instance:
        self._enter("show", uuid=uuid)
        return self._check(uuid, None)

    def heads(self, after: str, limit: int) -> list[Instance]:
        found = sorted(uuid for uuid in self.instances if uuid > after)[:limit]
        return [self.instances[uuid] for uuid in found]

    def sums(self) -> dict[str, list[Any]]:
        self._enter("sums")
        return sums_of(
            (each.project_id, each.uuid, each.epoch, each.revision) for each in self._living()
        )

    def standings(self, project_id: str, after: str, limit: int) -> list[list[Any]]:
        self._enter("standings", project_id=project_id)
        found = sorted(
            [each.uuid, each.epoch, each.revision]
            for each in self._living()
            if each.project_id == project_id and each.uuid > after
        )
        return found[:limit]

    def _living(self) -> list[Instance]:
        return [each for each in list(self.instances.values()) if each.deleted_at is None]

    def mark(self, least: int, mark: int) -> int:
        self._enter("mark", least=least)
        known = self.marked
        if known >= least:
            self.marked = max(known, mark)
        return known

    def migrations(self, after: str, limit: int) -> list[Migration]:
        self._enter("migrations")
        found = sorted(self.moves, key=lambda move: move.uuid)
        return [move for move in found if move.uuid > after][:limit]

    def actions(self, uuid: str) -> list[ActionRecord]:
        self._check(uuid, None)
        return []

    def action(self, uuid: str, request_id: str) -> ActionRecord:
        raise Refused(FaultCode.ACTION_NOT_FOUND)

    def console_output(self, uuid: str, lines: int) -> str:
        self._enter("console_output", uuid=uuid)
        return "login:"

    def allows(self, uuid: str, kind: str, arguments: dict[str, Any]) -> Instance:
        self._enter("allows", uuid=uuid, kind=kind, arguments=arguments)
        return self._check(uuid, None)

    def facts(self) -> CellFacts:
        self._enter("facts")
        return self.facts_now()

    def hosts(self) -> list[HostRecord]:
        return list(self.hosts_known.values())

    def put_bundle(self, bundle: PolicyBundle) -> int:
        self._enter("put_bundle")
        self.bundle = bundle
        return int(bundle.generation)

    def update_host(self, name: str, changes: dict[str, Any]) -> HostRecord:
        known = self.hosts_known.get(name)
        if known is None:
            raise Refused(FaultCode.HOST_NOT_FOUND)
        self.hosts_known[name] = known.replace(revision=known.revision + 1, **changes)
        return self.hosts_known[name]

    def delete_host(self, name: str) -> HostRecord:
        raise Refused(FaultCode.HOST_IN_USE, f"Host {name} has instances.")

    def __getattr__(self, method: str) -> Callable[..., Any]:
        """What else a cell is asked is nothing the global side's tests need an answer to."""
        if method not in INTERFACES["cell"].methods:
            raise AttributeError(method)

        def refuse(**_arguments: Any) -> Any:
            raise Refused(FaultCode.NOT_SUPPORTED, f"the scripted cell does no {method}")

        return refuse

    # what a test makes it do

    def _check(self, uuid: str, epoch: int | None) -> Instance:
        if uuid not in self.instances:
            raise Refused(FaultCode.INSTANCE_NOT_FOUND)
        if epoch is not None and epoch < self.instances[uuid].epoch:
            raise Refused(FaultCode.STALE_EPOCH)
        return self.instances[uuid]

    def _set(self, uuid: str, changes: dict[str, Any]) -> Instance:
        known = self.instances[uuid]
        self.instances[uuid] = known.replace(
            revision=known.revision + 1, updated_at=now(), **changes
        )
        return self.instances[uuid]

    def facts_now(self) -> CellFacts:
        free = max(0, self.places - len(self.instances))
        shape = {**SHAPE, "vcpus": free, "memory_mb": 10**9, "disk_gb": 10**6}
        return CellFacts(
            cell=self.uuid,
            deployment=self.deployment,
            publisher=self.publisher,
            serial=1,
            published_at=now(),
            bundle_generation=self.bundle.generation if self.bundle else 0,
            capacity=[{"zone": "nova", "traits": [], "shapes": [shape]}],
        )

    def publish_facts(self) -> None:
        self._bus.client(Facts).facts(facts=self.facts_now())

    def publish(self, *items: FeedItem) -> list[str]:
        """Tell it again until somebody takes it, as a cell does."""
        for _try in range(100):
            try:
                taken: list[str] = self._bus.client(Changes).changes(
                    cell=self.uuid, items=list(items), deployment=self.deployment
                )
                return taken
            except Unknown:
                time.sleep(0.02)
        raise AssertionError("nobody takes what the cell publishes")

    def change(self, uuid: str, **changes: Any) -> FeedItem:
        """Change an instance, as its feed would tell it."""
        instance = self._set(uuid, changes)
        return self.item(instance)

    def item(self, instance: Instance, disposition: str = "current") -> FeedItem:
        return FeedItem(
            kind="instance",
            key=instance.uuid,
            epoch=instance.epoch,
            revision=instance.revision,
            document=instance.document(),
            disposition=disposition,
        )

    def host(self, name: str, **changes: Any) -> FeedItem:
        """A host, as the feed would tell it."""
        known = self.hosts_known.get(name)
        values: dict[str, Any] = {"revision": known.revision + 1 if known else 1, **changes}
        record = known.replace(**values) if known else _host(name).replace(**values)
        self.hosts_known[name] = record
        return FeedItem(kind="host", key=name, revision=record.revision, document=record.document())


DELETING = {"task_state": "deleting"}


def _no(uuid: str, code: FaultCode) -> BuildReply:
    trail = [["ComputeFilter", 3], ["RamFilter", 0]]
    return BuildReply(
        uuid=uuid, accepted=False, fault_code=str(code), message=str(code), trail=trail
    )


def _host(name: str) -> HostRecord:
    inventory = Inventory(
        vcpus=8, memory_mb=8192, disk_gb=100, hypervisor_type="fake", hypervisor_version=1
    )
    return HostRecord(
        name=name,
        uuid=str(uuids.uuid4()),
        node=name,
        host_ip="127.0.0.1",
        driver="fake",
        revision=1,
        inventory=inventory,
        created_at=now(),
        last_seen=now(),
        updated_at=now(),
    )
