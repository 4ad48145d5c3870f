# SPDX-License-Identifier: Apache-2.0
"""Filters, weighs and orders the hosts of a table for one ask, or for many in one pass.

Nothing here changes the table but `select_many`, which claims each first choice before the next.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np

from nova_cells.cell.scheduler.ask import Ask
from nova_cells.cell.scheduler.eligible import eligible
from nova_cells.cell.scheduler.host_table import HostTable
from nova_cells.cell.scheduler.selection import Candidate, NoValidHost, Selection, Trail
from nova_cells.cell.scheduler.settings import Settings
from nova_cells.cell.scheduler.weighing import scores

SHORT_LIST = 16
TIE_BREAK = 1e-9


def select(
    table: HostTable,
    ask: Ask,
    settings: Settings,
    *,
    random: np.random.Generator | None = None,
) -> Selection:
    """The hosts that can take `ask`, best first; raises NoValidHost with the trail.

    `random` breaks ties and picks among the best `host_subset_size`; without it the order is
    fixed. Who takes more candidates than the short list holds gets them from the table as it is by
    then.
    """
    best, trail, count = _short_list(table, ask, settings, random)
    return Selection(_onward(table, ask, settings, random, best), trail, count)


def select_many(
    table: HostTable,
    asks: Sequence[Ask],
    settings: Settings,
    *,
    random: np.random.Generator | None = None,
) -> list[Selection | NoValidHost]:
    """One selection for each ask, each seeing the first choices of those before it.

    Every first choice is claimed in the table: `settle` or `release` it once its fate is known.
    """
    answers: list[Selection | NoValidHost] = []
    members: dict[str, dict[str, int]] = {}
    with table.lock:
        for ask in asks:
            if ask.group:
                hosts = members.setdefault(ask.group, dict(ask.group_hosts))
                ask = dataclasses.replace(ask, group_hosts=hosts)
            try:
                best, trail, count = _short_list(table, ask, settings, random)
            except NoValidHost as nothing:
                answers.append(nothing)
                continue
            first = best[0].name
            table.claim(first, ask.resources)
            if ask.group:
                members[ask.group] = {**hosts, first: hosts.get(first, 0) + 1}
            onward = _onward(table, ask, settings, random, best)
            answers.append(Selection(onward, trail, count))
    return answers


def _short_list(
    table: HostTable, ask: Ask, settings: Settings, random: np.random.Generator | None
) -> tuple[list[Candidate], Trail, int]:
    with table.lock:
        rows, trail = eligible(table, ask, settings)
        order = _best(scores(table, ask, settings, rows), settings.host_subset_size, random)
        return [_candidate(table, row) for row in rows[order].tolist()], trail, len(rows)


def _best(score: np.ndarray, subset: int, random: np.random.Generator | None) -> np.ndarray:
    """Positions of the best scores, in order, the first `subset` of them shuffled."""
    wanted = max(SHORT_LIST, subset)
    if random is not None:
        score = score + TIE_BREAK * random.random(len(score))
    if len(score) > wanted:
        chosen = np.sort(np.argpartition(-score, wanted)[:wanted])
    else:
        chosen = np.arange(len(score))
    order = chosen[np.argsort(-score[chosen], kind="stable")]
    if random is not None and subset > 1:
        random.shuffle(order[:subset])
    return order


def _onward(
    table: HostTable,
    ask: Ask,
    settings: Settings,
    random: np.random.Generator | None,
    best: list[Candidate],
) -> Iterator[Candidate]:
    given: frozenset[str] = frozenset()
    while best:
        yield from best
        given |= {candidate.name for candidate in best}
        again = dataclasses.replace(ask, excluded_hosts=ask.excluded_hosts | given)
        try:
            best, _trail, _count = _short_list(table, again, settings, random)
        except NoValidHost:
            return


def _candidate(table: HostTable, row: int) -> Candidate:
    return Candidate(
        name=table.names[row],
        node=table.nodes[row],
        address=table.addresses[row],
        shape_generation=int(table.shape_generation[row]),
    )
