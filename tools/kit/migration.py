# SPDX-License-Identifier: Apache-2.0
"""Writes the revision of a schema tree from its tables, or says that the two differ.

Until 1.0 is out each tree has the one revision 0001, so nothing is ever edited by hand.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import sqlalchemy
from alembic import autogenerate
from alembic.runtime.migration import MigrationContext

from nova_cells.runtime.db import schema, types

CHECKOUT = Path(__file__).resolve().parent.parent.parent
RUFF = (sys.executable, "-m", "ruff")

HEADER = '''# SPDX-License-Identifier: Apache-2.0
"""All tables of the `{tree}` tree; written by `tools/migration initial`, not edited by hand."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

{constants}

def upgrade() -> None:
'''

CONSTANTS = {
    "UUID": 'UUID = sa.String(36).with_variant(sa.String(36, collation="C"), "postgresql")\n',
    "CODE": 'CODE = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")\n',
    "NAME": 'NAME = sa.String(255).with_variant(sa.String(255, collation="C"), "postgresql")\n',
    "LONG_TEXT": """LONG_TEXT = (
    sa.Text()
    .with_variant(mysql.LONGTEXT(), "mysql")
    .with_variant(sa.Text(collation="C"), "postgresql")
)
""",
    "JSON": 'JSON = sa.Text().with_variant(mysql.LONGTEXT(), "mysql")\n',
    "SERIAL": 'SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")\n',
}

NAMED = {
    id(types.Uuid): "UUID",
    id(types.Code): "CODE",
    id(types.Name): "NAME",
    id(types.LongText): "LONG_TEXT",
    id(types.Serial): "SERIAL",
}


def render(kind, thing, context):
    """The short names of our own types; alembic's rendering of everything else."""
    if kind == "type":
        if isinstance(thing, types.Json):
            return "JSON"
        return NAMED.get(id(thing), False)
    return False


def source(tree):
    """The text of the revision."""
    metadata = schema.metadata_of(tree)
    with sqlalchemy.create_engine("sqlite://").connect() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": metadata})
        script = autogenerate.produce_migrations(context, metadata)
        body = autogenerate.render_python_code(
            script.upgrade_ops, render_as_batch=False, render_item=render, migration_context=context
        )
    lines = [line.strip() for line in body.splitlines() if not line.strip().startswith("#")]
    upgrade = "\n".join(f"    {line}" for line in lines)
    used = [text for name, text in CONSTANTS.items() if f" {name}," in upgrade]
    return _formatted(HEADER.format(tree=tree, constants="".join(used)) + upgrade + "\n")


def _formatted(text):
    """As ruff wants it, unused imports removed."""
    for command in (["check", "--fix", "--quiet"], ["format"]):
        done = subprocess.run(
            [*RUFF, *command, "--stdin-filename", "revision.py", "-"],
            input=text,
            text=True,
            capture_output=True,
            cwd=CHECKOUT,
        )
        text = done.stdout
    return text


def path_of(tree):
    return CHECKOUT / "migrations" / tree / "versions" / "0001_initial.py"


def write(tree):
    path_of(tree).parent.mkdir(parents=True, exist_ok=True)
    path_of(tree).write_text(source(tree))
    print(f"{path_of(tree).relative_to(CHECKOUT)}: {len(schema.metadata_of(tree).tables)} tables")


def check(tree):
    same = path_of(tree).exists() and path_of(tree).read_text() == source(tree)
    if not same:
        print(f"{path_of(tree).relative_to(CHECKOUT)} differs from the tables")
    return same


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["initial", "check"])
    parser.add_argument("--tree", choices=sorted(schema.TREES), action="append")
    arguments = parser.parse_args()
    trees = arguments.tree or sorted(schema.TREES)
    if arguments.what == "initial":
        for tree in trees:
            write(tree)
        return 0
    differing = [tree for tree in trees if not check(tree)]
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
