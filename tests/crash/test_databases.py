# SPDX-License-Identifier: Apache-2.0
"""The same deaths with the databases on real servers, where a commit is a message of its own.

One life follows the other over the same databases; points are drawn from all that an undisturbed
run reaches, commits first.
"""

from __future__ import annotations

import random
import unittest

from tests.crash.database_layout import on_server
from tests.crash.deeds import Deed, Wish, deeds, prepare
from tests.crash.life import Shape
from tests.crash.points import Point
from tests.crash.scene import Scene
from tests.crash.trial import await_death
from tests.stores.base import require

COMMITS, OTHERS = 4, 2


class DatabasesTest(unittest.TestCase):
    def test_mariadb(self):
        self.survive_on("mariadb")

    def test_postgresql(self):
        self.survive_on("postgresql")

    def survive_on(self, kind: str) -> None:
        require(kind)
        scene = Scene(Shape(layout=on_server(kind)))
        self.addCleanup(scene.close)
        scene.begin()
        scene.hosts_up()
        for deed in deeds().values():
            for number, point in enumerate(self.points(scene, deed)):
                with self.subTest(deed=deed.kind, point=str(point)):
                    self.trial(scene, deed, f"{deed.kind}-{number}", point)
                    continue
                return

    def points(self, scene: Scene, deed: Deed) -> list[Point]:
        """Some of the points of an undisturbed run."""
        chance = random.Random(deed.kind)
        wish = prepare(scene.client, f"{deed.kind}-recorded", deed)
        assert scene.life is not None
        scene.life.watch()
        wish.fulfil(scene.client)
        scene.settled_after(wish)
        reached = scene.life.reached()
        self.clear(scene, wish)
        commits = [point for point in reached if point.label.startswith("commit:")]
        others = [point for point in reached if not point.label.startswith("commit:")]
        if not deed.thorough:
            return chance.sample(commits, 1)
        return chance.sample(commits, COMMITS) + chance.sample(others, OTHERS)

    def trial(self, scene: Scene, deed: Deed, name: str, fatal: Point) -> None:
        """Die at one point over databases that stay; the next life clears up."""
        wish = prepare(scene.client, name, deed)
        scene.settled([] if wish.uuid is None else [wish.uuid])
        assert scene.life is not None
        scene.life.watch(fatal)
        wish.try_to_ask(scene.client)
        await_death(scene, wish)
        scene.begin()
        wish.fulfil(scene.client)
        scene.settled_after(wish)
        self.clear(scene, wish)

    @staticmethod
    def clear(scene: Scene, wish: Wish) -> None:
        """Delete what the wish made."""
        if wish.deed.ends is not None:
            Wish(deeds()["delete"], wish.name, wish.uuid).fulfil(scene.client)
            scene.settled([])
        scene.hosts_back()
