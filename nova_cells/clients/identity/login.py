# SPDX-License-Identifier: Apache-2.0
"""A token of Keystone's for a name and a password that somebody has typed; neither is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oslo_config import cfg

PATIENCE = 10.0
NO_KEYSTONE = "There is no Keystone to ask here: give a token."
_FIELDS = ("name", "password", "domain", "project", "project_domain")


class NotLetIn(Exception):
    """Why not, in words for whoever typed."""


def token_of(conf: cfg.ConfigOpts, given: Mapping[str, str]) -> str:
    """The token; `given` has name, password, project and the domains of both."""
    if conf.api.auth == "noauth":
        raise NotLetIn(NO_KEYSTONE)
    typed = {field: given.get(field, "").strip() or "Default" for field in _FIELDS}
    if not (given.get("name") and given.get("password") and given.get("project")):
        raise NotLetIn("Give a token, or a name, a password and a project.")
    return _ask(conf.keystone_authtoken, {**typed, "password": given["password"]})


def _ask(options: Any, typed: Mapping[str, str]) -> str:
    from keystoneauth1 import exceptions, session
    from keystoneauth1.identity import v3

    method = v3.Password(
        auth_url=options.www_authenticate_uri,
        username=typed["name"],
        password=typed["password"],
        user_domain_name=typed["domain"],
        project_name=typed["project"],
        project_domain_name=typed["project_domain"],
    )
    verify = False if options.insecure else options.cafile or True
    try:
        token = session.Session(auth=method, verify=verify, timeout=PATIENCE).get_token()
    except exceptions.Unauthorized:
        raise NotLetIn("Keystone does not know this name with this password.") from None
    except exceptions.ClientException:
        raise NotLetIn("Keystone does not answer as it should; try again later.") from None
    if token is None:
        raise NotLetIn("Keystone gave no token.")
    return str(token)
