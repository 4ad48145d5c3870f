# SPDX-License-Identifier: Apache-2.0
"""docs/states.md: the state table of the conductor, as a reader of the API wants to see it."""

from __future__ import annotations

from nova_cells.cell.conductor import operations
from nova_cells.cell.conductor.operations.delete import EVERYTHING
from nova_cells.cell.conductor.transitions import (
    AMENDMENTS,
    BEFOREHAND,
    STATES,
    TRANSITIONS,
    Rule,
)
from nova_cells.journal.model import Operation

PAGE = "states.md"
INTRODUCTION = """\
<!-- Written by tools/docs from nova_cells/cell/conductor/transitions.py. -->
# What a server allows in which state

An action that the state of a server does not allow answers 409 and changes nothing. Three things
can stand in the way, asked in this order:

1. a lock, for whoever is not an administrator: `Instance {id} is locked`;
2. the `vm_state`: `Cannot '{action}' instance {id} while it is in vm_state {state}`;
3. the `task_state`, which is set while something is being done to the server:
   `Cannot '{action}' instance {id} while it is in task_state {state}`.

## vm_state

"""
WORK = """
## While something is being done

While an operation is in hand every other action is refused, but for these.

"""
NOTES = """
A delete takes the place of whatever is being done; nothing has to be reset first. What needs a
capability that the host of the server does not have (its trait is named) is refused before anything
begins, with the code the API has for it: 400, 409 or 501.

## Capabilities

"""


def page() -> str:
    """The whole page."""
    return "".join((INTRODUCTION, _states(), WORK, _interruptions(), NOTES, _capabilities()))


def _states() -> str:
    rows = [
        [f"`{title}`", *("yes" if _allows(rule, state) else "" for state in STATES)]
        for title, rule in sorted(_titled().items())
    ]
    return _table(["action", *STATES], rows)


def _interruptions() -> str:
    rows = []
    for operation in _public():
        for kinds, how in ((operation.preempts, ""), (operation.beside, "steers ")):
            if kinds:
                names = ", ".join(sorted(f"`{_name(kind)}`" for kind in kinds))
                everything = how and kinds == EVERYTHING
                told = "none: it is done beside any of them" if everything else how + names
                rows.append([f"`{_title(operation, '')}`", told])
    return _table(["action", "takes the place of"], sorted(rows))


def _public() -> list[Operation]:
    """All that can be asked for; not what is begun in another's stead."""
    known = list(operations.registry())
    hidden = {kind for operation in known for kind in operation.instead.values()}
    return [operation for operation in known if operation.kind not in hidden]


def _capabilities() -> str:
    rows = [[f"`{title}`", f"`{rule.needs}`"] for title, rule in _titled().items() if rule.needs]
    return _table(["action", "needs"], sorted(rows))


def _titled() -> dict[str, Rule]:
    """Every row under the API's name of its action."""
    kinds = {operation.kind: operation for operation in _public()}
    titled: dict[str, Rule] = {**AMENDMENTS, **{_plain(name): r for name, r in BEFOREHAND.items()}}
    for name, rule in TRANSITIONS.items():
        kind, _, variant = name.partition(":")
        if kind in kinds:
            titled[_title(kinds[kind], variant)] = rule
    return titled


def _plain(name: str) -> str:
    kind, _, variant = name.partition(":")
    return f"{kind} ({variant})" if variant else kind


def _title(operation: Operation, variant: str) -> str:
    twice = sum(other.action == operation.action for other in _public()) > 1
    note = variant or (operation.kind if twice and operation.kind != operation.action else "")
    return f"{operation.action} ({note})" if note else operation.action


def _name(kind: str) -> str:
    return next(_title(o, "") for o in operations.registry() if o.kind == kind)


def _allows(rule: Rule, state: str) -> bool:
    return rule.vm_states is None or state in rule.vm_states


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
