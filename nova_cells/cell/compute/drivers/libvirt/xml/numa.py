# SPDX-License-Identifier: Apache-2.0
"""Which processors of a guest are near to which of its memory.

As image and flavor say for each node, or in equal parts; all processors and all memory have to be
somewhere, and nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan


@dataclass(frozen=True)
class Node:
    """`memory` in MiB."""

    cpus: frozenset[int]
    memory: int


def add_numa(cpu: Element, plan: Plan) -> None:
    """Nothing for a guest that asks for no nodes."""
    nodes = nodes_of(plan)
    if not nodes:
        return
    numa = SubElement(cpu, "numa")
    for number, node in enumerate(nodes):
        cpus = ",".join(str(one) for one in sorted(node.cpus))
        words = {"id": str(number), "cpus": cpus, "memory": str(node.memory), "unit": "MiB"}
        SubElement(numa, "cell", words)


def nodes_of(plan: Plan) -> list[Node]:
    """The nodes, refused where they do not make up the guest."""
    count, vcpus, memory = int(plan.wish("hw_numa_nodes") or "0"), plan.machine.vcpus, plan.machine
    if not count:
        return []
    told = {**_told(plan.properties, "hw_numa_"), **_told(plan.machine.extra_specs, "hw:numa_")}
    if not told and count > vcpus:
        raise DriverRefused(f"{vcpus} processors can't be on {count} NUMA nodes.")
    nodes = [_node(told, number, count, vcpus, memory.memory_mb) for number in range(count)]
    every = [one for node in nodes for one in node.cpus]
    if sorted(every) != list(range(vcpus)):
        raise DriverRefused("The processors of the NUMA nodes are not those of the flavor.")
    if sum(node.memory for node in nodes) != memory.memory_mb:
        raise DriverRefused("The memory of the NUMA nodes is not that of the flavor.")
    return nodes


def _told(texts: Mapping[str, str], prefix: str) -> dict[str, str]:
    """cpus.0, mem.0 … as image or flavor say them."""
    known = (f"{prefix}cpus.", f"{prefix}mem.")
    return {name[len(prefix) :]: text for name, text in texts.items() if name.startswith(known)}


def _node(told: Mapping[str, str], number: int, count: int, vcpus: int, memory: int) -> Node:
    if not told:
        share = memory // count + (memory % count if number == 0 else 0)
        return Node(frozenset(range(number, vcpus, count)), share)
    cpus, mem = told.get(f"cpus.{number}"), told.get(f"mem.{number}")
    if cpus is None or mem is None:
        raise DriverRefused(f"The processors or the memory of NUMA node {number} are not said.")
    return Node(_cpus(cpus), _whole(mem, 9))


def _cpus(text: str) -> frozenset[int]:
    """1,3-5,^4 as a set."""
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.strip().removeprefix("^").partition("-")
        span = set(range(_whole(first), _whole(last or first) + 1))
        found = found - span if part.strip().startswith("^") else found | span
    return frozenset(found)


def _whole(text: str, digits: int = 4) -> int:
    """Short ones only: a span of processors is written out."""
    if not (text.isascii() and text.isdigit() and len(text) <= digits):
        raise DriverRefused(f"{text[:32]!r} is no number of a processor or of MiB on a NUMA node.")
    return int(text)
