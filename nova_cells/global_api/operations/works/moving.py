# SPDX-License-Identifier: Apache-2.0
"""What a move asks of the two cells, in its order; each half is known by the key of the attempt."""

from __future__ import annotations

import json
import logging

from nova_cells.contracts import Refused
from nova_cells.global_api.operations import ownership
from nova_cells.global_api.operations.work import Facts, GlobalTask, NotYet, Work, WorkRefused
from nova_cells.objects import Passage, RequestSpec

LOG = logging.getLogger(__name__)
NO_CELL = "No other cell has room for the server."
ANYWHERE = {
    "forced_host": None,
    "forced_node": None,
    "requested_host": None,
    "requested_node": None,
}
"""What a wish said of hosts was about hosts of the cell it leaves."""
_ZONE = "availability_zone"


def choose_cell(task: GlobalTask) -> Facts:
    """The fact `to`: the cell that was named, or the best of those not tried."""
    arguments = task.arguments
    if named := arguments.get("named") or bound_to(task):
        return named_cell(task, named)
    return best_cell(task, _wish(task))


def named_cell(task: GlobalTask, named: str) -> Facts:
    if task.around.cells.get(named) is None:
        raise WorkRefused("The cell it was to go to does not exist.", f"cell {named}")
    return {"to": named}


def best_cell(task: GlobalTask, wish: RequestSpec) -> Facts:
    """Of those not tried."""
    arguments = task.arguments
    tried = {arguments["source"], *arguments.get("tried", ())}
    choice = task.around.chooser.choose(wish, tried)
    if choice.cell is not None:
        return {"to": choice.cell.uuid}
    if choice.wait:
        raise NotYet(task.pause())
    raise WorkRefused(arguments.get("last_word") or NO_CELL)


def bound_to(task: GlobalTask) -> str | None:
    """Where others of its affinity group are by now."""
    source = task.arguments["source"]
    return task.around.database.read(lambda c: ownership.bound_to(c, task.subject, source))


def hold_source(task: GlobalTask) -> Facts:
    """From here on nothing else begins with the server. The fact `volumes`: whether it has any."""
    then = task.arguments.get("then") or {}
    told = {"epoch": task.arguments["epoch"], "unshelves": then.get("kind") == "unshelve"}
    epoch = task.arguments["epoch"] - 1
    source = task.arguments["source"]
    passage = task.ask(
        source, "send_away", uuid=task.subject, epoch=epoch, key=task.key, arguments=told
    )
    _still_on(passage)
    return {"volumes": bool(task.ask(source, "show", uuid=task.subject).volumes)}


def make_room(task: GlobalTask) -> Facts:
    """The facts `host` and `ticket`: where the source's host is to send it."""
    arguments = task.arguments
    passage = task.ask(arguments["to"], "passage", uuid=task.subject, key=task.key)
    if passage.state == "absent":
        instance = task.ask(arguments["source"], "show", uuid=task.subject)
        passage = task.ask(
            arguments["to"],
            "receive",
            instance=instance.replace(epoch=arguments["epoch"]),
            spec=_wish(task).replace(epoch=arguments["epoch"]),
            key=task.key,
            arguments={"host": arguments["host"]} if arguments.get("host") else {},
        )
    reached(task, passage, "ready", "runs")
    return {"there": passage.host, "secrets": {"ticket": passage.ticket}}


def send(task: GlobalTask) -> Facts:
    """Off there, and on its way."""
    arguments = task.arguments
    ticket = arguments.get("secrets", {}).get("ticket")
    said = json.dumps({"ticket": ticket, "host": arguments.get("there")})
    reached(task, _tell(task, arguments["source"], "ticket", said), "sent")
    return {}


def take_over(task: GlobalTask) -> Facts:
    """It is there, and as it was."""
    reached(task, _tell(task, task.arguments["to"], "sent"), "runs")
    return {}


def own(task: GlobalTask) -> Facts:
    """The destination may show it, and everybody may act on it."""
    _done(task, _tell(task, task.arguments["to"], "owned"))
    return {}


def carry_history(task: GlobalTask) -> Facts:
    """What was done to it before is shown by the destination; a cell that can't is not waited for.

    The source has it for as long as it remembers the server.
    """
    try:
        history = task.ask(task.arguments["source"], "history", uuid=task.subject)
        task.ask(task.arguments["to"], "remember", uuid=task.subject, history=history)
    except Refused as refusal:
        LOG.warning("what was done to %s stays untold: %s", task.subject, refusal)
    return {}


def let_go(task: GlobalTask) -> Facts:
    """The source takes away what it has left."""
    _done(task, _tell(task, task.arguments["source"], "released"))
    return {}


def leave_alone(task: GlobalTask) -> Facts:
    """The source reaches its volumes no more: what they had for that the destination takes away."""
    _tell(task, task.arguments["to"], "alone")
    return {}


def act_there(task: GlobalTask) -> Facts:
    """What it was brought there for. If the cell won't, it is there all the same, and says why."""
    then = task.arguments["then"]
    told = {"kind": then["kind"], "arguments": then["arguments"], "key": f"{task.key}/then"}
    to, epoch = task.arguments["to"], task.arguments["epoch"]
    try:
        task.ask(to, "act", uuid=task.subject, epoch=epoch, **told)
    except Refused as refusal:
        LOG.warning("no %s of %s in its new cell: %s", then["kind"], task.subject, refusal)
    return {}


def free_destination(task: GlobalTask) -> Facts:
    """Nothing of it is left there, and nothing that is late begins anything there."""
    return _call_off(task, task.arguments["to"])


def free_source(task: GlobalTask) -> Facts:
    """It is as it was."""
    return _call_off(task, task.arguments["source"])


WORKS: dict[str, Work] = {
    work.__name__: work
    for work in (
        choose_cell,
        hold_source,
        make_room,
        send,
        take_over,
        own,
        carry_history,
        let_go,
        leave_alone,
        act_there,
        free_destination,
        free_source,
    )
}


def _wish(task: GlobalTask) -> RequestSpec:
    spec: RequestSpec = task.ask(task.arguments["source"], "wish", uuid=task.subject)
    wanted = (task.arguments.get("then") or {}).get("arguments", {})
    zone = {_ZONE: wanted[_ZONE]} if _ZONE in wanted else {}
    return spec.replace(**ANYWHERE, **zone)  # type: ignore[no-any-return]


def _tell(task: GlobalTask, cell: str, word: str, said: str = "yes") -> Passage:
    passage: Passage = task.ask(
        cell,
        "tell",
        uuid=task.subject,
        epoch=task.arguments["epoch"],
        key=task.key,
        word=word,
        said=said,
    )
    return passage


def _still_on(passage: Passage) -> None:
    if passage.state == "failed":
        raise WorkRefused(passage.message or NO_CELL, passage.details)


def reached(task: GlobalTask, passage: Passage, *stages: str) -> None:
    _still_on(passage)
    if passage.stage not in stages:
        raise NotYet(task.pause())


def _done(task: GlobalTask, passage: Passage) -> None:
    """Past the flip there is no other end."""
    if passage.state != "done":
        raise NotYet(task.pause())


def _call_off(task: GlobalTask, cell: str) -> Facts:
    try:
        passage = _tell(task, cell, "called_off")
    except Refused as refusal:
        raise NotYet(task.pause(), str(refusal)) from refusal
    if passage.state == "open":
        raise NotYet(task.pause())
    return {}
