# SPDX-License-Identifier: Apache-2.0
"""What tokens of consoles are good for: asked by proxies that are not ours."""

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    config.add_route("console_auth_token", "/os-console-auth-tokens/{token}")
