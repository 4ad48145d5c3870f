# SPDX-License-Identifier: Apache-2.0
"""What a guest uses at this moment, as its driver counts it. What a driver can't say is None."""

from oslo_versionedobjects import fields

from nova_cells.objects import base


@base.Registry.register
class Diagnostics(base.Object):
    """The public document, field by field.

    `state`: pending, running, paused, shutdown, crashed or suspended. `uptime` in seconds.
    `memory`: {"maximum", "used"} in MiB. `cpus`: [{"id", "time" in ns, "utilisation" in %}].
    `nics`: [{"mac_address", "rx_octets", …}]. `disks`: [{"read_bytes", "read_requests", …}].
    """

    fields = {
        "state": fields.StringField(),
        "driver": fields.StringField(),
        "hypervisor": fields.StringField(nullable=True),
        "hypervisor_os": fields.StringField(nullable=True),
        "uptime": fields.IntegerField(nullable=True),
        "memory": base.JsonField(),
        "cpus": base.JsonField(),
        "nics": base.JsonField(),
        "disks": base.JsonField(),
    }
    defaults = {
        "memory": lambda: {"maximum": None, "used": None},
        "cpus": list,
        "nics": list,
        "disks": list,
    }
