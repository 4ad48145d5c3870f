# SPDX-License-Identifier: Apache-2.0
"""What a guest may read of itself, laid out as OpenStack's metadata trees and packed as a disk.

Input is `Machine.guest_data`, a document with these keys, all optional: `hostname`, `name`,
`project_id`, `availability_zone`, `launch_index` (0), `reservation_id`, `metadata` ({}), `keys`
([{"name", "type", "data"}]), `user_data` (base64 text), `personality` ([{"path", "contents"
(base64)}]), `instance_type` (a flavor's name), `local_ipv4`, `security_groups`, `vendor_data` ({}),
`network_data` ({"links", "networks", "services"}).
"""

from nova_cells.cell.compute.guest_data.config_drive import write_config_drive
from nova_cells.cell.compute.guest_data.tree import guest_files

__all__ = ["guest_files", "write_config_drive"]
