# SPDX-License-Identifier: Apache-2.0
"""Who may do what: rules declared beside each resource, enforced by oslo.policy.

A resource's `policies.py` declares its rules with the functions here (`SHOW = reader(...)`), which
return the rule's name. Every view names a rule or says `CHECKED_INSIDE`; none is left open by
forgetting.
"""

from __future__ import annotations

import importlib
import pkgutil
import time
from typing import Any

from oslo_config import cfg
from oslo_policy import opts as policy_opts
from oslo_policy import policy

from nova_cells.runtime.context import RequestContext

CHECKED_INSIDE = "checked-inside"  # the view asks by itself, with a target of its own
PUBLIC = "public"  # needs no token at all

REMEMBERED = 1.0  # seconds
MOST_REMEMBERED = 10_000

# The names are Nova's, so that a policy file written for it still says what it said.
BASE = (
    ("context_is_admin", "role:admin", "What makes an administrator."),
    ("admin_api", "rule:context_is_admin", "Administrators, by their older name."),
    ("admin_or_owner", "rule:context_is_admin or project_id:%(project_id)s", "Whoever is in it."),
    ("service_api", "role:service", "Other services of the cloud."),
    ("service_or_admin", "rule:service_api or rule:context_is_admin", "Those, and administrators."),
    *(
        (
            f"project_{role}_api",
            f"role:{role} and project_id:%(project_id)s",
            f"The {role} role in the project that owns the thing.",
        )
        for role in ("reader", "member", "manager")
    ),
    *(
        (
            f"project_{role}_or_admin",
            f"rule:project_{role}_api or rule:context_is_admin",
            f"The {role} role there, and administrators of any project.",
        )
        for role in ("reader", "member", "manager")
    ),
)

RULES: dict[str, policy.RuleDefault] = {
    name: policy.RuleDefault(name, check, description) for name, check, description in BASE
}


def _rule(name: str, check: str, description: str, operations: tuple[str, ...]) -> str:
    if name in RULES:
        raise ValueError(f"{name} is declared twice")
    listed = [dict(zip(("method", "path"), text.split(" ", 1), strict=True)) for text in operations]
    RULES[name] = policy.DocumentedRuleDefault(
        name=name,
        check_str=check,
        description=description,
        operations=listed or [{"method": "GET", "path": "/"}],
        scope_types=["project"],
    )
    return name


def anyone(name: str, description: str, *operations: str) -> str:
    """Everybody with a token."""
    return _rule(name, "@", description, operations)


def reader(name: str, description: str, *operations: str) -> str:
    """Readers of the owning project, and administrators. Operations read "GET /servers"."""
    return _rule(name, "rule:project_reader_or_admin", description, operations)


def member(name: str, description: str, *operations: str) -> str:
    """Members of the owning project, and administrators."""
    return _rule(name, "rule:project_member_or_admin", description, operations)


def manager(name: str, description: str, *operations: str) -> str:
    """Managers of the owning project, and administrators."""
    return _rule(name, "rule:project_manager_or_admin", description, operations)


def admin(name: str, description: str, *operations: str) -> str:
    """Administrators."""
    return _rule(name, "rule:context_is_admin", description, operations)


def service(name: str, description: str, *operations: str) -> str:
    """Other services of the cloud, and administrators."""
    return _rule(name, "rule:service_or_admin", description, operations)


def own_user(name: str, description: str, *operations: str) -> str:
    """The user the thing belongs to (`user_id` of the target), and administrators."""
    check = "rule:context_is_admin or user_id:%(user_id)s"
    return _rule(name, check, description, operations)


def nobody(name: str, description: str, *operations: str) -> str:
    """Nobody, until an operator says otherwise."""
    return _rule(name, "!", description, operations)


def list_rules() -> list[policy.RuleDefault]:
    """All rules of all resources: what a sample policy file is made from."""
    from nova_cells.global_api import resources

    for found in pkgutil.iter_modules(resources.__path__, resources.__name__ + "."):
        package = importlib.import_module(found.name)
        if any(part.name == "policies" for part in pkgutil.iter_modules(package.__path__)):
            importlib.import_module(found.name + ".policies")
    importlib.import_module("nova_cells.global_api.admin.policies")
    return list(RULES.values())


def enforcer_of(conf: cfg.ConfigOpts) -> policy.Enforcer:
    """An enforcer that knows all our rules and reads the policy file `conf` names."""
    policy_opts.set_defaults(conf, policy_file="policy.yaml")
    enforcer = policy.Enforcer(conf)
    enforcer.suppress_deprecation_warnings = True
    enforcer.register_defaults(list_rules())
    return enforcer


def make_enforcer() -> policy.Enforcer:
    """The enforcer of the oslopolicy commands, which parse and look into the shared configuration.

    Without `--config-file` they read what our own commands would.
    """
    if not getattr(cfg.CONF, "config_file", None):
        cfg.CONF([], project="nova-cells")
    return enforcer_of(cfg.CONF)


class Policies:
    """The rules in force: the defaults, and what the operator's policy file says instead.

    A decision is remembered for a second: asking oslo.policy costs more than a look-up in the
    index, and a changed file takes effect as soon as its decisions are forgotten.
    """

    def __init__(self, conf: cfg.ConfigOpts) -> None:
        self._enforcer = enforcer_of(conf)
        self._enforcer.load_rules()
        self._decisions: dict[Any, bool] = {}
        self._forget_at = 0.0

    def allows(self, rule: str, context: RequestContext, target: dict[str, Any]) -> bool:
        """Whether the caller may do this to the target."""
        moment = time.monotonic()
        if moment > self._forget_at or len(self._decisions) > MOST_REMEMBERED:
            self._decisions = {}
            self._forget_at = moment + REMEMBERED
        asked = (rule, context.user_id, context.project_id, context.roles, *target.items())
        decision = self._decisions.get(asked)
        if decision is None:
            decision = self._decisions[asked] = self._decide(rule, context, target)
        return decision

    def makes_admin(self, context: RequestContext) -> bool:
        """Whether the operator's rules make the caller an administrator."""
        return bool(context.roles) and self.allows("context_is_admin", context, {})

    def _decide(self, rule: str, context: RequestContext, target: dict[str, Any]) -> bool:
        credentials: dict[str, Any] = {
            "user_id": context.user_id,
            "roles": list(context.roles),
            "is_admin": context.is_admin,
            "system": context.system_scope,
        }
        # Left out when there is none: oslo.policy compares texts, and a caller without a project
        # would be a member of "None", the project of a target that has none either.
        if context.project_id is not None:
            credentials["project_id"] = context.project_id
        return bool(self._enforcer.authorize(rule, target, credentials))
