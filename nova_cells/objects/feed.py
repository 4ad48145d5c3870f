# SPDX-License-Identifier: Apache-2.0
"""What a cell tells the world without being asked: changed documents, capacity, versions."""

from oslo_versionedobjects import fields

from nova_cells.objects import base


@base.Registry.register
class FeedItem(base.Object):
    """The newest document of one instance, host or migration.

    `kind`: "instance", "host" or "migration"; `key`: uuid or host name; `version`: of the object
    `document` was made from. `disposition` is "returned" when a cell gives an accepted build back
    to the router (its filter trail or fault is then in the document's fault), else "current".
    """

    fields = {
        "kind": fields.StringField(),
        "key": fields.StringField(),
        "epoch": fields.IntegerField(),
        "revision": fields.IntegerField(),
        "version": fields.StringField(),
        "disposition": fields.StringField(),
        "document": base.JsonField(),
    }
    defaults = {"epoch": 0, "version": "1.0", "disposition": "current"}


@base.Registry.register
class CellFacts(base.Object):
    """What every API and router process holds in memory of a cell.

    `capacity`: list of {"zone", "traits", "shapes"}; a shape is {"vcpus", "memory_mb", "disk_gb",
    "count"}: hosts of equal free resources, counted, so that any flavor's fit can be computed.
    `services`: list of {"binary", "host", "versions", "last_seen"}. `bundle_generation`: of the
    policy bundle the cell has; `deployment` is the id in its database. `serial` grows with
    each publication of one conductor process.
    """

    fields = {
        "cell": fields.UUIDField(),
        "deployment": fields.StringField(),
        "publisher": fields.StringField(),
        "serial": fields.IntegerField(),
        "published_at": base.InstantField(),
        "bundle_generation": fields.IntegerField(),
        "capacity": base.JsonField(),
        "services": base.JsonField(),
        "schema_version": fields.StringField(),
    }
    defaults = {
        "deployment": "",
        "bundle_generation": 0,
        "capacity": list,
        "services": list,
        "schema_version": "",
    }


@base.Registry.register
class PolicyBundle(base.Object):
    """Zones and aggregates as the global side has them, pushed to cells by generation.

    `aggregates`: list of {"id", "uuid", "name", "metadata", "hosts"}; the availability zone of a
    host is the "availability_zone" key of an aggregate that holds it, else `default_zone`.
    `host_limits`: cell → hosts after which it takes no more.
    """

    fields = {
        "generation": fields.IntegerField(),
        "default_zone": fields.StringField(),
        "aggregates": base.JsonField(),
        "host_limits": base.JsonField(),
    }
    defaults = {"default_zone": "nova", "aggregates": list, "host_limits": dict}
