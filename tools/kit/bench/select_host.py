# SPDX-License-Identifier: Apache-2.0
"""How long it takes to choose a host among 10,000 with the filters and weighers of the default.

Hosts differ in what is used, a third of them is in the zone asked for in half of the asks; every
choice is claimed, as a conductor does. Nothing is warmed that a real conductor would not have warm.
"""

from __future__ import annotations

import statistics
import time
from typing import Any

import numpy as np

from nova_cells.cell.scheduler import (
    Ask,
    HostKind,
    HostRow,
    HostTable,
    Settings,
    capacity_shapes,
    select,
)

KIND = HostKind.of("QEMU", 7002000, ["x86_64"], {"vendor": "Intel"})
CAPACITY = {"VCPU": 64, "MEMORY_MB": 262144, "DISK_GB": 4000}


def table_of(hosts: int, random: np.random.Generator) -> HostTable:
    """A fleet in three zones, in use to different degrees."""
    table = HostTable()
    for number in range(hosts):
        share = float(random.uniform(0, 0.7))
        table.upsert(
            HostRow(
                f"host{number}",
                zone=f"zone{number % 3}",
                capacity=CAPACITY,
                used={name: int(share * amount) for name, amount in CAPACITY.items()},
                traits=frozenset({"HW_CPU_X86_AVX2", f"CUSTOM_RACK{number % 40}"}),
                aggregates=({"ssd": str(number % 2 == 0)},),
                kind=KIND,
            )
        )
    return table


def asks() -> list[Ask]:
    """A plain ask and one that concerns most filters."""
    resources = {"VCPU": 2, "MEMORY_MB": 4096, "DISK_GB": 40}
    return [
        Ask(resources=resources),
        Ask(
            resources=resources,
            zone="zone1",
            required_traits=frozenset({"HW_CPU_X86_AVX2"}),
            forbidden_traits=frozenset({"CUSTOM_RACK7"}),
            extra_specs={"aggregate_instance_extra_specs:ssd": "s== True"},
            image_properties={"hw_architecture": "x86_64"},
            group="g",
            group_policy="anti-affinity",
            group_hosts={f"host{number}": 1 for number in range(50)},
            different_hosts=frozenset({"host1"}),
        ),
    ]


def run(hosts: int = 10_000, rounds: int = 500) -> dict[str, Any]:
    """Milliseconds of one selection and claim, and of one capacity summary."""
    random = np.random.default_rng(1)
    table, settings, wishes = table_of(hosts, random), Settings(), asks()
    times = []
    for number in range(rounds):
        ask = wishes[number % len(wishes)]
        began = time.perf_counter()
        table.claim(next(select(table, ask, settings, random=random)).name, ask.resources)
        times.append(1000 * (time.perf_counter() - began))
    began = time.perf_counter()
    capacity_shapes(table)
    summary = 1000 * (time.perf_counter() - began)
    return {
        "hosts": hosts,
        "select_ms_median": round(statistics.median(times), 3),
        "select_ms_p99": round(statistics.quantiles(times, n=100)[98], 3),
        "capacity_summary_ms": round(summary, 3),
        "target_ms": 2.0,
    }
