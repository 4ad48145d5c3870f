# SPDX-License-Identifier: Apache-2.0
"""The dated versions of both trees, and since which of them each thing in them is there.

Things are only ever added; `latest` has all of them.
"""

from __future__ import annotations

LATEST = "latest"
FIRST = "2012-08-10"

OPENSTACK = (FIRST, "2013-04-04", "2013-10-17", "2015-10-15", "2016-06-30", "2016-10-06")
OPENSTACK += ("2017-02-22", "2018-08-27", "2020-10-14", LATEST)

EC2 = ("1.0", "2007-01-19", "2007-03-01", "2007-08-29", "2007-10-10", "2007-12-15")
EC2 += ("2008-02-01", "2008-09-01", "2009-04-04", LATEST)

FILES = {
    "meta_data.json": FIRST,
    "user_data": FIRST,
    "password": "2013-04-04",
    "vendor_data.json": "2013-10-17",
    "network_data.json": "2015-10-15",
    "vendor_data2.json": "2016-10-06",
}
"""The files of a version of OpenStack's tree."""

FIELDS = {
    "random_seed": "2013-04-04",
    "project_id": "2015-10-15",
    "devices": "2016-06-30",
    "dedicated_cpus": "2020-10-14",
}
"""Fields of meta_data.json that its first version did not have."""

DEVICE_FIELDS = {"vlan": "2017-02-22", "vf_trusted": "2018-08-27"}

EC2_ENTRIES = {
    "local-hostname": "2007-01-19",
    "public-hostname": "2007-01-19",
    "public-ipv4": "2007-01-19",
    "instance-type": "2007-08-29",
    "block-device-mapping": "2007-12-15",
    "kernel-id": "2008-02-01",
    "placement": "2008-02-01",
    "ramdisk-id": "2008-02-01",
    "instance-action": "2008-09-01",
}
"""Entries of EC2's meta-data that version 1.0 did not have."""


def has(version: str, since: str | None) -> bool:
    """Whether what came with `since` is in `version`; "1.0" is before every date."""
    return since is None or version == LATEST or version >= since


def only(version: str, values: dict[str, object], since: dict[str, str]) -> dict[str, object]:
    """Those of `values` that `version` knows."""
    return {name: value for name, value in values.items() if has(version, since.get(name))}
