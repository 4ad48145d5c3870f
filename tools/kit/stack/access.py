# SPDX-License-Identifier: Apache-2.0
"""How clients and our own processes come to a stack: openrc, clouds.yaml, sections, a document."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from kit.companions import CLOUDS, IDENTITY
from kit.stack import cinder, gateway, shims

if TYPE_CHECKING:
    from kit.stack.stack import Stack

OPENRC = """\
export OS_AUTH_URL={keystone} OS_IDENTITY_API_VERSION=3
export OS_USERNAME=admin OS_PASSWORD={password} OS_PROJECT_NAME=admin
export OS_USER_DOMAIN_NAME=Default OS_PROJECT_DOMAIN_NAME=Default
export OS_REGION_NAME=RegionOne OS_INTERFACE=public
"""
SERVICE = """\
[{section}]
auth_type = password
auth_url = {keystone}
username = {user}
password = {password}
project_name = service
user_domain_name = Default
project_domain_name = Default
region_name = RegionOne
"""
KEYS = """
[volume_keys]
source = fixed
fixed_key = {key}
"""


def document(stack: Stack) -> dict[str, Any]:
    """All there is to know of it."""
    plan = stack.plan
    return {
        "state_dir": str(stack.state),
        "keystone": stack.keystone.url,
        "password": plan.password,
        "compute": plan.compute,
        "endpoints": stack.urls,
        "metadata_port": plan.metadata,
        "metadata_secret": plan.secret,
        "floating_range": plan.public,
        "path": str(shims.folder(stack.state)),
        "switches": {gateway.NAME: gateway.chassis(stack.state, plan).switch},
    }


def sections(stack: Stack) -> str:
    """Lines of nova-cells.conf that make our processes use every service that runs."""
    filled = {"keystone": stack.keystone.url, "password": stack.plan.password}
    text = "\n" + stack.keystone.authtoken("nova", "compute") + IDENTITY.format(**filled)
    text += "\n[images]\nsource = glance\n" if "glance" in stack.urls else ""
    for section in stack.urls:
        text += "\n" + SERVICE.format(section=section, user="nova", **filled)
    if "cinder" in stack.urls:
        text += KEYS.format(key=cinder.KEY)
    return text


def write(stack: Stack) -> None:
    """The files of the state folder that a person or a test uses; owner only."""
    filled = {"keystone": stack.keystone.url, "password": stack.plan.password}
    texts = {
        "openrc": OPENRC.format(**filled),
        "clouds.yaml": CLOUDS.format(**filled),
        "nova-cells.conf": sections(stack),
        "access.json": json.dumps(document(stack), indent=2) + "\n",
    }
    for name, text in texts.items():
        path = stack.state / name
        partial = path.with_suffix(path.suffix + ".part")
        partial.touch(mode=0o600)
        partial.write_text(text)
        os.replace(partial, path)
