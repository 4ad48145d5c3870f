# SPDX-License-Identifier: Apache-2.0
"""Who a request comes from: Keystone tokens in production, self-telling ones for local work.

Both ways end in the same environ, which the caller is read from; nothing else looks at a token.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import logging
import re
from collections.abc import Callable, Iterable
from typing import Any

import orjson
from oslo_config import cfg
from oslo_log import log

from nova_cells.global_api.entry import WsgiApp
from nova_cells.global_api.token_cache import ENVIRON_KEY, TokenCache
from nova_cells.runtime import context as contexts

Judge = Callable[[contexts.RequestContext], bool]

LOG = log.getLogger(__name__)

IMPLIED = {
    "admin": ("manager", "member", "reader"),
    "manager": ("member", "reader"),
    "member": ("reader",),
}
TOKEN = re.compile(
    r"(?P<user>[\w.@+-]{1,64}):(?P<project>[0-9a-f-]{1,64})(:(?P<roles>[\w,.-]{1,255}))?",
    re.ASCII,
)


class IdentityNotConfigured(Exception):
    """Nobody could be known, or everybody would be believed; the text names the option."""


class NoAuth:
    """Believes a token of the form user:project[:role,role]. Only for an API bound to loopback."""

    def __init__(self, application: WsgiApp) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        match = TOKEN.fullmatch(environ.get("HTTP_X_AUTH_TOKEN", ""))
        if match is None or not _is_loopback(environ.get("REMOTE_ADDR")):
            return _unauthorized(environ, start_response)
        user, project = match["user"], match["project"]
        roles = match["roles"].split(",") if match["roles"] else ["member", "reader"]
        if user == "admin":
            roles.append("admin")
        environ["HTTP_X_USER_ID"] = user
        environ["HTTP_X_PROJECT_ID"] = project
        environ["HTTP_X_ROLES"] = ",".join(with_implied(roles))
        environ.pop("HTTP_OPENSTACK_SYSTEM_SCOPE", None)
        return self.application(environ, start_response)


class Caller:
    """Makes the request context of what the token layer found, and runs the rest under it."""

    def __init__(self, application: WsgiApp, is_admin: Judge) -> None:
        self.application = application
        self.is_admin = is_admin

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        caller = caller_of(environ)
        if self.is_admin(caller):
            caller = dataclasses.replace(caller, is_admin=True)
        environ["nova_cells.caller"] = caller
        status = ""

        def start(line: str, *rest: Any) -> Any:
            nonlocal status
            status = line
            return start_response(line, *rest)

        with contexts.use(caller):
            answer = self.application(environ, start)
            method, way = environ["REQUEST_METHOD"], environ["nova_cells.entry"]
            level = logging.DEBUG if method == "GET" else logging.INFO
            LOG.log(level, "%s %s%s: %s", method, way, environ["PATH_INFO"], status[:3])
        return answer


class Gate:
    """Lets version documents pass without a token; everything else goes by the token layer."""

    def __init__(self, application: WsgiApp, guarded: WsgiApp) -> None:
        self.application = application
        self.guarded = guarded

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        chosen = self.application if environ.get("nova_cells.public") else self.guarded
        return chosen(environ, start_response)


class Remembering:
    """Hands the token layer its memory, where it looks for it."""

    def __init__(self, guarded: WsgiApp, tokens: TokenCache) -> None:
        self.guarded = guarded
        self.tokens = tokens

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ[ENVIRON_KEY] = self.tokens
        return self.guarded(environ, start_response)


def has_admin_role(caller: contexts.RequestContext) -> bool:
    """The default judgement; an operator's policies may have another."""
    return "admin" in caller.roles


def with_identity(
    application: WsgiApp,
    conf: cfg.ConfigOpts,
    is_admin: Judge = has_admin_role,
    *,
    tokens: TokenCache | None = None,
) -> WsgiApp:
    """Put the configured token layer in front of an application.

    `tokens` is where tokens are remembered if no other cache is configured.
    """
    named = Caller(application, is_admin)
    if conf.api.auth == "noauth":
        if conf.api.behind_proxy:
            raise IdentityNotConfigured("[api] auth noauth and behind_proxy exclude each other")
        return Gate(named, NoAuth(named))
    from keystonemiddleware import auth_token  # slow to import, and needless without Keystone

    options: dict[str, Any] = {"oslo_config_config": conf}
    for group, opts in auth_token.list_opts():
        conf.register_opts(opts, group)
    # Older releases of it take anybody's token for a service's.
    conf.set_default("service_token_roles_required", True, "keystone_authtoken")
    ours = not (conf.keystone_authtoken.memcached_servers or conf.keystone_authtoken.cache)
    if ours:
        options["cache"] = ENVIRON_KEY
    guarded = auth_token.AuthProtocol(named, options)
    for option in ("www_authenticate_uri", "auth_type"):
        if not getattr(conf.keystone_authtoken, option):
            raise IdentityNotConfigured(f"set [keystone_authtoken] {option}, or [api] auth")
    return Gate(named, Remembering(guarded, tokens or TokenCache()) if ours else guarded)


def caller_of(environ: dict[str, Any]) -> contexts.RequestContext:
    """The request context; without a user where no token was needed."""
    ids = {
        "request_id": environ["nova_cells.request_id"],
        "global_request_id": environ["nova_cells.global_id"],
    }
    if environ.get("nova_cells.public"):
        return contexts.RequestContext(**ids)
    roles = tuple(role for role in environ.get("HTTP_X_ROLES", "").split(",") if role)
    return contexts.RequestContext(
        user_id=environ.get("HTTP_X_USER_ID"),
        project_id=environ.get("HTTP_X_PROJECT_ID"),
        auth_token=environ.get("HTTP_X_AUTH_TOKEN"),
        roles=roles,
        system_scope=environ.get("HTTP_OPENSTACK_SYSTEM_SCOPE"),
        **ids,
    )


def with_implied(roles: Iterable[str]) -> list[str]:
    """Roles and those they imply, as Keystone's tokens have them."""
    every: dict[str, None] = {}
    for role in roles:
        every.update(dict.fromkeys((role, *IMPLIED.get(role, ()))))
    return list(every)


def _is_loopback(address: str | None) -> bool:
    try:
        return address is None or ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _unauthorized(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    message = "The request you have made requires authentication."
    body = orjson.dumps({"error": {"code": 401, "title": "Unauthorized", "message": message}})
    host = environ.get("HTTP_HOST", "localhost")
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("WWW-Authenticate", f'Keystone uri="http://{host}"'),
    ]
    start_response("401 Unauthorized", headers)
    return [body]
