# SPDX-License-Identifier: Apache-2.0
"""Figures are asked for when somebody looks, added up over the parts of a process, and readable."""

from __future__ import annotations

import gc
import unittest
import uuid
from typing import Any

from nova_cells.runtime import metrics
from nova_cells.runtime.metrics import Metric


class Kettle:
    def __init__(self, metric: Metric, *told: tuple[float, str]) -> None:
        self.metric, self.told = metric, told
        metrics.tell_of(self)

    def figures(self) -> Any:
        return [self.metric.at(value, label) for value, label in self.told]


class MetricsTest(unittest.TestCase):
    def metric(self, **more: Any) -> Metric:
        letters = uuid.uuid4().hex.translate(str.maketrans("0123456789", "ghijklmnop"))
        return Metric(f"tea_{letters}", "Cups.", ("pot",), **more)

    def lines(self, metric: Metric) -> list[str]:
        kind, text = metrics.exposition()
        self.assertTrue(kind.startswith("text/plain"), kind)
        return [line for line in text.decode().splitlines() if metric.name in line]

    def test_the_same_of_several_parts_is_added_up(self) -> None:
        metric = self.metric()
        parts = [Kettle(metric, (1, "red"), (2, "blue")), Kettle(metric, (3, "blue"))]
        self.assertEqual(
            [
                f"# HELP nova_cells_{metric.name} Cups.",
                f"# TYPE nova_cells_{metric.name} gauge",
                f'nova_cells_{metric.name}{{pot="blue"}} 5.0',
                f'nova_cells_{metric.name}{{pot="red"}} 1.0',
            ],
            self.lines(metric),
        )
        self.assertEqual(2, len(parts))

    def test_what_grows_is_a_counter(self) -> None:
        metric = self.metric(grows=True)
        part = Kettle(metric, (7, 'a"b'))
        self.assertIn(f'nova_cells_{metric.name}_total{{pot="a\\"b"}} 7.0', self.lines(metric))
        self.assertEqual(1, len(part.told))

    def test_a_part_that_is_gone_tells_nothing(self) -> None:
        metric = self.metric()
        Kettle(metric, (1, "red"))
        gc.collect()
        self.assertEqual([], self.lines(metric))

    def test_names_and_labels_are_checked_where_they_are_written(self) -> None:
        for name in ("Tea", "tea_total", "1tea", "tea-cups", ""):
            with self.assertRaises(ValueError):
                Metric(name, "Cups.")
        with self.assertRaises(ValueError):
            self.metric().at(1)

    def test_the_process_tells_of_itself(self) -> None:
        self.assertIn(b"process_resident_memory_bytes", metrics.exposition()[1])
