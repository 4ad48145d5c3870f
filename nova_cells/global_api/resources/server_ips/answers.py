# SPDX-License-Identifier: Apache-2.0
"""What the operations of /servers/{id}/ips answer."""

from nova_cells.global_api.answer_fields import TEXT, WHOLE, listed, mapped
from nova_cells.global_api.versioning import Answer, one, whole

_NETWORKS = mapped(listed(whole({"version": WHOLE, "addr": TEXT})))

LIST = one("addresses", _NETWORKS)
SHOW = Answer({**_NETWORKS, "minProperties": 1, "maxProperties": 1})
