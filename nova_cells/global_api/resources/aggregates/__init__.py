# SPDX-License-Identifier: Apache-2.0
"""Host aggregates: hosts an administrator groups, to give them a zone or properties."""

from typing import Any


def includeme(config: Any) -> None:
    config.add_route("aggregates", "/os-aggregates")
    config.add_route("aggregate", "/os-aggregates/{aggregate_id}")
    config.add_route("aggregate_action", "/os-aggregates/{aggregate_id}/action")
    config.add_route("aggregate_images", "/os-aggregates/{aggregate_id}/images")
