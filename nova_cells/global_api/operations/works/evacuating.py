# SPDX-License-Identifier: Apache-2.0
"""What an evacuation asks of the cell that takes a server in; of the fenced one nothing."""

from __future__ import annotations

from nova_cells.global_api.faults import NotFound
from nova_cells.global_api.operations import evacuation
from nova_cells.global_api.operations.work import Facts, GlobalTask, Work, WorkRefused
from nova_cells.global_api.operations.works import moving
from nova_cells.journal.model import StepRefused
from nova_cells.objects import Instance, RequestSpec


def choose_refuge(task: GlobalTask) -> Facts:
    """The fact `to`: the cell that was named, that of its affinity group, or the best."""
    if named := task.arguments.get("named") or moving.bound_to(task):
        return moving.named_cell(task, named)
    return moving.best_cell(task, _planned(task)[1])


def make_again(task: GlobalTask) -> Facts:
    """It runs there, and is nobody's yet. The fact `there`: its host."""
    arguments = task.arguments
    passage = task.ask(arguments["to"], "passage", uuid=task.subject, key=task.key)
    if passage.state == "absent":
        instance, spec = _planned(task)
        told = {"host": arguments["host"]} if arguments.get("host") else {}
        passage = task.ask(
            arguments["to"],
            "receive",
            instance=instance.replace(epoch=arguments["epoch"]),
            spec=spec.replace(epoch=arguments["epoch"]),
            key=task.key,
            arguments={**told, "anew": True},
        )
    moving.reached(task, passage, "runs")
    return {"there": passage.host}


def _planned(task: GlobalTask) -> tuple[Instance, RequestSpec]:
    try:
        instance, spec = task.around.database.write(lambda c: evacuation.planned(c, task.subject))
    except (StepRefused, NotFound) as refusal:
        raise WorkRefused(refusal.message) from refusal
    return instance, spec.replace(**moving.ANYWHERE)


WORKS: dict[str, Work] = {work.__name__: work for work in (choose_refuge, make_again)}
