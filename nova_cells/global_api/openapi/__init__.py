# SPDX-License-Identifier: Apache-2.0
"""The API described, in OpenAPI 3.1, from what it is served by: nothing here is written twice."""

from nova_cells.global_api.openapi.catalogue import Endpoint, all_endpoints, endpoints_of

__all__ = ["Endpoint", "all_endpoints", "endpoints_of"]
