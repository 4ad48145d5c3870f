# SPDX-License-Identifier: Apache-2.0
"""What a client needs to talk to a trial cloud: the endpoint, tokens, and a clouds.yaml."""

from __future__ import annotations

from typing import Any

PROJECT = "11111111111141118111111111111111"
OTHER_PROJECT = "22222222222242228222222222222222"


def noauth_tokens() -> dict[str, str]:
    """One token a persona; the form is `user:project[:role,role]`."""
    return {
        "admin": f"admin:{PROJECT}",
        "member": f"demo:{PROJECT}:member,reader",
        "reader": f"viewer:{PROJECT}:reader",
        "other": f"other:{OTHER_PROJECT}:member,reader",
    }


def document(
    endpoint: str, images: dict[str, str], flavors: dict[str, str], *, noauth: bool
) -> dict[str, Any]:
    """The content of standalone.json and cluster.json; with Keystone, tokens are Keystone's."""
    return {
        "endpoint": endpoint,
        "project": PROJECT if noauth else None,
        "tokens": noauth_tokens() if noauth else {},
        "images": images,
        "flavors": flavors,
    }


def noauth_clouds(endpoint: str, tokens: dict[str, str]) -> str:
    """A clouds.yaml with one cloud a persona, for clients built on openstacksdk."""
    root = endpoint.removesuffix("/v2.1")
    lines = ["clouds:"]
    for persona, token in tokens.items():
        lines += [
            f"  nova-cells-{persona}:",
            "    auth_type: admin_token",
            "    auth:",
            f"      endpoint: {endpoint}",
            f"      token: {token}",
            f"    compute_endpoint_override: {endpoint}",
            f"    image_endpoint_override: {root}/image/v2",
            f"    identity_endpoint_override: {root}/identity/v3",
            "    identity_api_version: '3'",
            "    compute_default_microversion: '2.104'",
        ]
    return "\n".join(lines) + "\n"
