# SPDX-License-Identifier: Apache-2.0
"""A cell in one thread beside twins of Neutron, Cinder and Glance, which outlive it.

A conductor, or a host that brings an image, may die before and after every request it sends them.
What counts in the end is what the twins have: nothing too much, nothing too little.
"""

from __future__ import annotations

import functools
from typing import Any

from nova_cells.cell.conductor.conductor import Conductor
from nova_cells.cell.conductor.transitions import RESIZED
from nova_cells.clients.calling.service import Service
from nova_cells.clients.images import ImageFault, ImageUnavailable
from nova_cells.clients.images import opts as image_opts
from nova_cells.clients.images.glance_store import GlanceStore
from nova_cells.clients.network.neutron_ports import NeutronPorts
from nova_cells.clients.volumes.cinder_attachments import CinderAttachments
from nova_cells.runtime import crash
from nova_cells.runtime.clock import seconds
from nova_cells.runtime.context import RequestContext, use
from nova_cells.runtime.db import Database
from tests.services.cinder import Cinder
from tests.services.glance import Glance
from tests.services.neutron import Neutron
from tests.unit.cell.conductor import travel
from tests.unit.cell.conductor.test_crashes import UUID, MortalWorld
from tests.unit.cell.conductor.world import SimHost, conf

Document = dict[str, Any]
PROJECT = "99999999-9999-4999-8999-999999999999"
RUNS = (True, "held", "paused")


@functools.cache
def _configured() -> Any:
    """Twins are asked without credentials, and never twice by the client itself."""
    made = conf()
    made.register_opts(image_opts.GLANCE, group="glance")
    for group in ("neutron", "cinder", "glance"):
        made.set_override("auth_type", "none", group=group)
        made.set_override("connect_retries", 0, group=group)
        made.set_override("breaker_failures", 1_000_000, group=group)
        made.set_override("breaker_requests", 1_000_000, group=group)
    made.set_override("endpoint_override", "http://neutron.test", group="neutron")
    made.set_override("endpoint_override", "http://cinder.twin.test", group="cinder")
    made.set_override("endpoint_override", "http://glance.test", group="glance")
    return made


class Twins:
    """All services with what a tenant has there: a network, a port and a volume of its own."""

    def __init__(self, hosts: tuple[str, ...]) -> None:
        options = _configured()
        self.options = (options.neutron, options.cinder, options.glance)
        self.neutron, self.cinder, self.glance = Neutron(hosts), Cinder(), Glance()
        net = Service(
            options.neutron, service_type="network", name="network", http=self.neutron.session()
        )
        vol = Service(
            options.cinder, service_type="block-storage", name="volume", http=self.cinder.session()
        )
        self.ports = NeutronPorts(net)
        self.attachments = CinderAttachments(vol, patience=10)
        self.images = _store(options, self.glance)
        self.network = self.neutron.network(PROJECT)
        self.given = self.neutron.ports.make(PROJECT, self.network)
        self.root = self.cinder.volume(PROJECT)
        self.made = self.cinder.volume(PROJECT)
        self.spare = self.cinder.volume(PROJECT)

    def wishes(self) -> list[Document]:
        """A new port and the given one."""
        network = {"network_id": self.network["id"], "address": None, "tag": None}
        return [{**network, "port_id": None}, {**network, "port_id": self.given["id"]}]

    def volumes(self) -> list[Document]:
        """One that the API has reserved, and one that it made, to be deleted with the server."""
        return [self.reserved(self.root, 0), self._volume(self.made, 1, made=True)]

    def reserved(self, volume: Document, index: int | None = None) -> Document:
        """One that the API has reserved for the server, as it wishes for it."""
        attachment = self.attachments.create_attachment(volume["id"], UUID)
        return {**self._volume(volume, index, made=False), "attachment_id": attachment["id"]}

    def _volume(self, volume: Document, index: int | None, *, made: bool) -> Document:
        return {
            "id": volume["id"],
            "attachment_id": None,
            "bdm_uuid": volume["id"],
            "boot_index": index,
            "tag": None,
            "bus": None,
            "device": "/dev/vdc" if index is None else f"/dev/vd{'ab'[index]}",
            "delete_on_termination": made,
            "size": 1,
            "multiattach": False,
            "made": made,
            "source": {"type": "volume", "id": None, "volume_type": None},
            "image": {},
            "encrypted": False,
            "shared_targets": False,
            "service_uuid": None,
        }

    def new_image(self, **more: Any) -> str:
        """One whose record the API has made, for a host to bring the bytes."""
        made = self.glance.image(PROJECT, **more)
        return str(made["id"])

    def backups(self, number: int) -> None:
        """So many are there already."""
        kinds = {"image_type": "backup", "instance_uuid": UUID, "backup_type": "daily"}
        for _ in range(number):
            self.new_image(status="active", **kinds)

    def seen(self, head: Document | None) -> Document:
        """All that is there of the server, in words that are the same in every run."""
        home = head["host"] if head else None
        return {
            "ports": sorted(self._port(port, home) for port in self.neutron.ports.of(UUID)),
            "all ports": len(self.neutron.ports.known),
            "attachments": sorted(
                (self._name(each["volume_id"]), each["status"], _where(_host_of(each), home))
                for each in self.cinder.attachments.values()
                if each["instance"] == UUID
            ),
            "snapshots": sorted(
                (each["status"], each["progress"]) for each in self.cinder.snapshots.values()
            ),
            "volumes": {self._name(v): each["status"] for v, each in self.cinder.volumes.items()},
            "on volumes": sorted(
                (self._name(v), each["volume_image_metadata"]["image_id"])
                for v, each in self.cinder.volumes.items()
                if "volume_image_metadata" in each
            ),
            "images": sorted(each["status"] for each in self.glance.images.values()),
        }

    def _port(self, port: Document, home: str | None) -> tuple[str, str, list[str]]:
        name = "given" if port["id"] == self.given["id"] else "made"
        bound = sorted(_where(host, home) for host in self.neutron.ports.bindings[port["id"]])
        return name, _where(port["binding:host_id"], home), bound

    def _name(self, volume: str) -> str:
        known = {self.root["id"]: "root", self.made["id"]: "made", self.spare["id"]: "spare"}
        return known[volume]

    def unreleased(self) -> list[str]:
        """What is left of a server that was handed back: its volumes stay reserved for it."""
        ports = [f"port {port['id']} is left" for port in self.neutron.ports.of(UUID)]
        return ports + [
            f"attachment of {self._name(each['volume_id'])} is {each['status']}"
            for each in self.cinder.attachments.values()
            if each["status"] != "reserved"
        ]

    def differences(self, head: Document | None) -> list[str]:
        """What the head of a server says of its ports and volumes, and the services do not.

        While a resize waits for its owner's word the volumes are the other host's too.
        """
        nics = head["nics"] if head else []
        volumes = head["volumes"] if head else []
        there = {port["id"] for port in self.neutron.ports.of(UUID)}
        mine = [each for each in self.cinder.attachments.values() if each["instance"] == UUID]
        if head and head["vm_state"] == RESIZED:
            mine = [each for each in mine if _where(_host_of(each), head["host"]) == "here"]
        used = {each["id"] for each in mine}
        return [
            *_difference("port", {nic["id"] for nic in nics}, there),
            *_difference("attachment", _named(volumes), used),
        ]


def _event(name: str, about: str) -> Document:
    return {"name": name, "server_uuid": UUID, "status": "completed", "tag": about}


def _store(options: Any, glance: Glance) -> GlanceStore:
    store = GlanceStore(options)
    store.close()
    store._glance = Service(
        options.glance, service_type="image", name="image", http=glance.session()
    )
    return store


def _named(volumes: list[Document]) -> set[str]:
    """One without is connected nowhere, as its head says."""
    return {each["attachment_id"] for each in volumes if each["attachment_id"]}


def _host_of(attachment: Document) -> str | None:
    return (attachment["connection_info"] or {}).get("host")


def _where(host: str | None, home: str | None) -> str:
    return "nowhere" if not host else "here" if host == home else "elsewhere"


def _difference(what: str, said: set[str], there: set[str]) -> list[str]:
    missing = [f"{what} {each} is missing" for each in said - there]
    return missing + [f"{what} {each} is left" for each in there - said]


class ServedHost(SimHost):
    """Brings the images that are made of its servers to the image service.

    `reason` is why that service would not have one.
    """

    reason = ""

    def _run(self, work: Any, step: Document) -> Any:
        try:
            with use(RequestContext(request_id=work.request_id)):
                result = super()._run(work, step)
        except ImageUnavailable as away:
            return self._result(step, "failed", str(away))
        if result.outcome == "refused" and self.reason:
            result.message, self.reason = self.reason, ""
        return result

    def _effect(self, name: str, work: Any) -> Document | None:
        told = super()._effect(name, work)
        if name == "power_off":
            self.world.unplug(self.name)
        if name != "upload_capture":
            return told
        try:
            facts = self.world.twins.images.upload(
                work.arguments["capture"], "raw", iter([b"disk"])
            )
        except ImageUnavailable:
            raise
        except ImageFault as refused:
            self.reason = str(refused)
            raise travel.Impossible from refused
        return {"image": facts.document()}


class ServedWorld(MortalWorld):
    """`twins` tell of ports that are plugged in, and of volumes that are written, at once.

    `wished`: the volumes of the server, where another world has had them reserved.
    """

    def __init__(
        self,
        database: Database,
        hosts: tuple[str, ...],
        twins: Twins,
        wished: list[Document] | None = None,
    ) -> None:
        self.twins = twins
        self.plugged: dict[str, str] = {}
        self.first: dict[str, str] = {}
        self.rounds = 40
        self._volumes = twins.volumes() if wished is None else wished
        shapes: dict[str, Document] = {name: {} for name in hosts}
        super().__init__(database, shapes, network=twins.ports, volumes=twins.attachments)
        for host in self.hosts.values():
            host.__class__ = ServedHost

    def reborn(self) -> Conductor:
        """With an image service too."""
        made = super().reborn()
        made.image_chores._images = self.twins.images
        return made

    def pass_time(self, amount: float = 30.0) -> None:
        super().pass_time(amount)
        try:
            self.conductor.image_chores.round()
        except crash.Crash:
            self.reborn_surely()

    def quiet(self) -> bool:
        return super().quiet() and not self.rows("image_chores")

    @property
    def wish(self) -> Any:
        return self.spec(
            networks=self.twins.wishes(),
            volumes=self._volumes,
            image=None,
            uuid=UUID,
            project_id=PROJECT,
            created_at=1,
            deadline=self.clock() + seconds(3600),
        )

    def settle(self, rounds: int = 40) -> None:
        super().settle(max(rounds, self.rounds))

    def deliver(self) -> None:
        super().deliver()
        while self._plug() or self._finish():
            super().deliver()

    def _finish(self) -> bool:
        """Volumes that are being written are; answers whether that was news."""
        written = [v for v, each in self.twins.cinder.volumes.items() if "writes" in each]
        for volume in written:
            self.twins.cinder.finish(volume)
        return bool(written) and self._told([_event("volume-reimaged", v) for v in written])

    def _plug(self) -> bool:
        """What runs on a host is wired there; answers whether that was news."""
        if first := self._first():
            return self._told(first)
        news = []
        for port in self.twins.neutron.ports.of(UUID):
            host = port["binding:host_id"]
            if host and host not in self.hosts:
                self.plugged.pop(port["id"], None)
                continue  # another cell wires it
            if self.plugged.get(port["id"]) == host:
                continue
            runs = host in self.hosts and self.hosts[host].machines.get(UUID) in RUNS
            port["status"] = "ACTIVE" if runs else "DOWN"
            if runs:
                self.plugged[port["id"]] = host
                news.append(_event("network-vif-plugged", port["id"]))
        return bool(news) and self._told(news)

    def _first(self) -> list[Document]:
        """What has a bridge of its own is there before its guest."""
        news: list[Document] = []
        if not self.is_hybrid:
            return []
        for port in self.twins.neutron.ports.of(UUID):
            name, here = port["id"], port["binding:host_id"]
            for host in set(self.twins.neutron.ports.bindings[name]) - {here, self.first.get(name)}:
                if UUID in self.hosts[host].machines:
                    self.first[name] = host
                    news.append(_event("network-vif-plugged", name))
        return news

    def unplug(self, host: str) -> None:
        """Its guest is off; that is told before the host says so."""
        if not self.is_hybrid:
            return
        off = [port for port, there in self.plugged.items() if there == host]
        for name in off:
            del self.plugged[name]
        if off:
            self._told([_event("network-vif-unplugged", name) for name in off])

    @property
    def is_hybrid(self) -> bool:
        return bool(self.twins.neutron.details.get("ovs_hybrid_plug"))

    def _told(self, news: list[Document]) -> bool:
        for _ in range(10):
            try:
                self.cell.external_events(news)
                return True
            except crash.Crash:
                self.reborn_surely()
        raise AssertionError("nobody takes the news")
