# SPDX-License-Identifier: Apache-2.0
"""Compute hosts: what an agent reports of one, and what its cell tells the world of it."""

from oslo_versionedobjects import fields

from nova_cells.objects import base


@base.Registry.register
class Inventory(base.Object):
    """What a driver has to offer, before allocation ratios. Memory in MiB, disk in GiB.

    `resources`: custom resource class → amount. `traits`: names as os-traits has them, the
    driver's capabilities among them. `cpu_info`: the public document of the hypervisor API.
    `whole`: nobody gets a part of it; it is claimed by its custom resource, the rest is shown.
    `unavailable`: why it takes no server just now.
    """

    fields = {
        "vcpus": fields.IntegerField(),
        "memory_mb": fields.IntegerField(),
        "disk_gb": fields.IntegerField(),
        "resources": base.JsonField(),
        "traits": fields.ListOfStringsField(),
        "hypervisor_type": fields.StringField(),
        "hypervisor_version": fields.IntegerField(),
        "cpu_info": base.JsonField(),
        "architectures": fields.ListOfStringsField(),
        "uptime": fields.StringField(nullable=True),
        "whole": fields.BooleanField(),
        "unavailable": fields.StringField(nullable=True),
    }
    defaults = {
        "whole": False,
        "resources": dict,
        "traits": list,
        "cpu_info": dict,
        "architectures": lambda: ["x86_64"],
    }


@base.Registry.register
class HostReport(base.Object):
    """What an agent says of one host when it registers or its shape changes.

    `identity` is the stable id kept on the host's disk; a host that comes back under another
    identity is refused. `address` is the agent's RPC server name: many hosts may share one.
    `facts`: what other services must know of it; `connector` is for storages.
    """

    fields = {
        "name": fields.StringField(),
        "node": fields.StringField(),
        "identity": fields.UUIDField(),
        "address": fields.StringField(),
        "host_ip": fields.StringField(),
        "driver": fields.StringField(),
        "inventory": fields.ObjectField("Inventory"),
        "versions": base.JsonField(),
        "facts": base.JsonField(),
    }
    defaults = {"host_ip": "127.0.0.1", "versions": dict, "facts": dict}


@base.Registry.register
class HostBeat(base.Object):
    """A sign of life. `in_hand` are the operation ids the agent is working on or has to report.

    `progress` says of some of them how far they are: numbers by name.
    """

    fields = {
        "name": fields.StringField(),
        "identity": fields.UUIDField(),
        "address": fields.StringField(),
        "in_hand": fields.ListOfStringsField(),
        "progress": base.JsonField(),
    }
    defaults = {"in_hand": list, "progress": dict}


@base.Registry.register
class HostRecord(base.Object):
    """One host as its cell publishes it: the row behind services and hypervisors.

    `vcpus_used`, `memory_mb_used`, `disk_gb_used` are claims, never measurements. `up` is the
    cell's own judgement from heartbeats; `forced_down` is an operator's word and wins.
    """

    fields = {
        "name": fields.StringField(),
        "uuid": fields.UUIDField(),
        "node": fields.StringField(),
        "host_ip": fields.StringField(),
        "driver": fields.StringField(),
        "revision": fields.IntegerField(),
        "enabled": fields.BooleanField(),
        "disabled_reason": fields.StringField(nullable=True),
        "forced_down": fields.BooleanField(),
        "up": fields.BooleanField(),
        "inventory": fields.ObjectField("Inventory"),
        "vcpus_used": fields.IntegerField(),
        "memory_mb_used": fields.IntegerField(),
        "disk_gb_used": fields.IntegerField(),
        "running_vms": fields.IntegerField(),
        "versions": base.JsonField(),
        "created_at": base.InstantField(),
        "last_seen": base.InstantField(),
        "updated_at": base.InstantField(),
        "deleted": fields.BooleanField(),
    }
    defaults = {
        "enabled": True,
        "forced_down": False,
        "up": True,
        "vcpus_used": 0,
        "memory_mb_used": 0,
        "disk_gb_used": 0,
        "running_vms": 0,
        "versions": dict,
        "deleted": False,
    }
