# SPDX-License-Identifier: Apache-2.0
"""The list of extensions: all are part of the API since 2.1, the list stays for old clients."""

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    config.add_route("extensions", "/extensions")
    config.add_route("extension", "/extensions/{alias}")
