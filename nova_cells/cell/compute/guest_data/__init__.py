# SPDX-License-Identifier: Apache-2.0
"""What a guest may read of itself: OpenStack's and EC2's metadata trees, on a disk and served.

Input is `Machine.nics` and `Machine.guest_data`, a document with these keys, all optional:
`hostname`, `name`, `project_id`, `availability_zone`, `launch_index` (0), `reservation_id`,
`metadata` ({}), `keys` ([{"name", "type", "data"}]), `user_data` (base64 text), `personality`
([{"path", "contents" (base64)}]), `instance_type` (a flavor's name), `root_device_name`,
`local_ipv4`, `public_ipv4`, `security_groups`, `devices` (as meta_data.json has them),
`dedicated_cpus`, `password` (as the guest encrypted it), `vendor_data` and `vendor_data2` ({}),
`network_data` (instead of what `nics` come to).
"""

from nova_cells.cell.compute.guest_data.config_drive import read_config_drive, write_config_drive
from nova_cells.cell.compute.guest_data.tree import Page, Served, guest_files, takes_password

__all__ = [
    "Page",
    "Served",
    "guest_files",
    "read_config_drive",
    "takes_password",
    "write_config_drive",
]
