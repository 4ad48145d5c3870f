# SPDX-License-Identifier: Apache-2.0
"""Accounts that Tempest's workers take turns with; made once, since Keystone is slow at it.

Their order matters: Tempest's second tenant is the first free account, so members come first.
Administrators have projects of their own, or they would see the members' servers as theirs.
"""

from __future__ import annotations

from pathlib import Path

from kit.catalog import Catalog

# Two workers take at most two projects each.
PROJECTS = 4
PERSONAS = {
    "member": ("member", "reader"),
    "reader": ("reader",),
    "manager": ("manager", "member", "reader"),
    "service": ("service", "admin"),
    "admin": ("admin", "manager", "member", "reader"),
}
ENTRY = """\
- username: {user}
  password: {password}
  project_name: {project}
  user_domain_name: Default
  project_domain_name: Default
  roles: [{roles}]
  types: [{types}]
"""


def ensure(catalog: Catalog, password: str, path: Path) -> None:
    """Make the accounts and write Tempest's file of them, unless that was done before."""
    if path.exists():
        return
    entries = []
    for role, roles in PERSONAS.items():
        types = "admin" if "admin" in roles else ""
        for number in range(PROJECTS):
            project = f"tempest-{types}{number}"
            user = f"tempest-{role}{number}"
            catalog.user(user, catalog.project(project), *roles)
            entries.append(
                ENTRY.format(user=user, password=password, project=project, roles=role, types=types)
            )
    path.touch(mode=0o600)
    path.write_text("".join(entries))
