# SPDX-License-Identifier: Apache-2.0
"""What the operations of /os-assisted-volume-snapshots answer."""

from nova_cells.global_api.answer_fields import TEXT, TEXT_OR_NULL
from nova_cells.global_api.versioning import Answer, Within, whole

CREATE = Answer(Within("2.1-", whole({"snapshot": whole({"id": TEXT_OR_NULL, "volumeId": TEXT})})))
