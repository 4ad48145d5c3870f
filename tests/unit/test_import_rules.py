# SPDX-License-Identifier: Apache-2.0
"""Imports go one way, as DESIGN says; a new exception is argued for, not slipped in."""

from __future__ import annotations

import ast
import unittest
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent.parent / "nova_cells"

# Who → what of ours it may import. The longest matching prefix of the importer decides.
MAY_IMPORT = {
    "objects": {"objects"},
    "contracts": {"contracts", "objects"},
    "runtime": {"runtime", "contracts.interface", "contracts.faults", "objects.base"},
    "journal": {"journal", "contracts", "runtime"},
    "clients": {"clients", "objects", "contracts", "runtime"},
    "global_api": {"global_api", "clients", "journal", "objects", "contracts", "runtime"},
    "global_api.versioning": {"global_api.versioning", "global_api.faults"},
    "cell.db": {"cell.db", "journal", "objects", "contracts", "runtime"},
    "cell.scheduler": {"cell.scheduler", "objects", "contracts", "runtime"},
    "cell.compute": {"cell.compute", "clients", "objects", "contracts", "runtime"},
    "cell.compute.guest_data": {"cell.compute.guest_data", "objects"},
    "cell.compute.images": {"cell.compute.images", "cell.compute.drivers.interface"}
    | {"clients", "objects", "runtime"},
    "cell.compute.drivers": {"cell.compute.drivers", "objects"}
    | {"cell.compute.images", "cell.compute.guest_data"},
    # The bare metal service is to this driver what libvirt is to the others.
    "cell.compute.drivers.ironic": {"cell.compute.drivers", "cell.compute.guest_data", "objects"}
    | {"clients.baremetal", "clients.service_faults"},
    "cell.console": {"cell.console", "objects", "contracts", "runtime"},
    "cell.metadata": {"cell.metadata", "cell.compute.guest_data", "clients"}
    | {"objects", "contracts", "runtime"},
    "cell": {"cell.conductor", "cell.db", "cell.scheduler", "cell.opts"}
    | {"clients", "journal", "objects", "contracts", "runtime"},
    "cli": {"cli", "global_api", "cell", "clients", "journal", "objects", "contracts", "runtime"},
    "migrations": {"migrations", "runtime"},
    "": set(),
}
# Packages that speak for other libraries only in their own corner.
ONLY_IN = {
    "pyramid": {"global_api", "cli"},
    "webob": {"global_api"},
    "waitress": {"cli"},
    "libvirt": {"cell.compute.drivers"},
    "websockify": {"cell.console"},
    "oslo_messaging": {"runtime.messaging"},
    "alembic": {"runtime.db", "migrations"},
    "openstack": {"clients"},
    "keystonemiddleware": {"global_api", "clients"},
    "prometheus_client": {"runtime.metrics"},
    "eventlet": set(),
}


def modules() -> list[tuple[str, Path]]:
    """Our modules by their name inside the package."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = list(path.relative_to(PACKAGE).with_suffix("").parts)
        if parts[-1] == "__init__":
            parts.pop()
        found.append((".".join(parts), path))
    return found


def imports(path: Path, module: str) -> set[str]:
    """Every module a file imports, wherever in the file; what is imported from counts too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level:
            found.add(f"nova_cells.{module}")
    return found


def within(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(f"{prefix}.")


def rule_for(module: str) -> set[str]:
    owner = max((owner for owner in MAY_IMPORT if not owner or within(module, owner)), key=len)
    return MAY_IMPORT[owner]


class ImportRulesTest(unittest.TestCase):
    maxDiff = None

    def test_our_packages_import_one_way(self):
        broken = []
        for module, path in modules():
            allowed = rule_for(module)
            for name in imports(path, module):
                if not within(name, "nova_cells"):
                    continue
                inside = name.removeprefix("nova_cells").lstrip(".")
                if inside in ("", "__version__"):
                    continue
                if not any(within(inside, prefix) for prefix in allowed):
                    broken.append(f"{module} imports {inside}")
        self.assertEqual([], broken)

    def test_libraries_stay_in_their_corner(self):
        broken = [
            f"{module} imports {name}"
            for module, path in modules()
            for name in imports(path, module)
            for library, places in ONLY_IN.items()
            if within(name, library) and not any(within(module, place) for place in places)
        ]
        self.assertEqual([], broken)

    def test_the_test_sees_modules(self):
        names = {module for module, _path in modules()}
        self.assertLessEqual({"objects.base", "runtime.db.database", "contracts.cell"}, names)

    def test_the_rules_can_fail(self):
        self.assertFalse(any(within("cell.db", allowed) for allowed in rule_for("global_api.app")))
        self.assertFalse(any(within("journal.engine", a) for a in rule_for("runtime.db.types")))
        self.assertFalse(any(within("runtime.db", a) for a in rule_for("cell.compute.drivers.x")))
