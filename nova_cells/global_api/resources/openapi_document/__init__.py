# SPDX-License-Identifier: Apache-2.0
"""GET /openapi.json: this API described, in any version of it. It needs no token."""

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    config.add_route("openapi_document", "/@root/openapi.json")
