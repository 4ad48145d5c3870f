# SPDX-License-Identifier: Apache-2.0
"""Who a port is made for, and what is known of an instance's ports before anybody is asked."""

from __future__ import annotations

from nova_cells.cell.conductor.ports import of_service
from nova_cells.cell.conductor.service_work.task import Document, ServiceTask
from nova_cells.clients.network.ports import PortOwner, Providers
from nova_cells.objects.port_requests import PROVIDERS


def owner_of(task: ServiceTask) -> PortOwner:
    """The instance, as the network service is to know it."""
    head = _head(task)
    zone = head.get("pinned_availability_zone")
    return PortOwner(task.uuid, task.project_id, head.get("hostname") or "", zone)


def _head(task: ServiceTask) -> Document:
    assert task.head is not None, "only sweeps are asked about servers that are gone"
    return task.head


def is_bare_metal(task: ServiceTask, host: str | None) -> bool:
    """Whether this host is a node: its own service binds its ports, when it deploys."""
    return host is not None and task.host_facts(host).get("driver") == "ironic"


def wired_by(task: ServiceTask) -> str | None:
    """The host that ports are to be bound to."""
    return None if is_bare_metal(task, task.host) else task.host


def providers_of(task: ServiceTask, host: str | None) -> Providers:
    """Where this host keeps what ports ask for, as it has told."""
    told: Providers = task.host_facts(host).get(PROVIDERS) or {} if host else {}
    return told


def as_wished(task: ServiceTask, wish: Document) -> Document:
    """A wish for a port on the host of this task."""
    return {**wish, "vnic_type": "baremetal"} if is_bare_metal(task, task.host) else wish


def wishes_of(task: ServiceTask) -> list[Document]:
    """The ports it was asked for with; those that were plugged in later too."""
    networks = task.spec.networks if task.spec is not None else None
    return networks if isinstance(networks, list) else []


def may_have_any(task: ServiceTask) -> bool:
    """Whether it is worth asking: most servers without ports never had one."""
    known = of_service(_head(task).get("nics") or ())
    return bool(known or wishes_of(task) or task.arguments.get("supersedes"))


def given(task: ServiceTask) -> list[str]:
    """The ports that were there before the instance, and are to be there after it."""
    return [nic["id"] for nic in of_service(_head(task).get("nics") or ()) if nic.get("preserve")]
