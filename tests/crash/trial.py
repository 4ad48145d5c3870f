# SPDX-License-Identifier: Apache-2.0
"""One trial: a wish is asked for, the process dies at the points given, the wish comes true."""

from __future__ import annotations

import dataclasses
import time

from tests.crash.client import NoAnswer
from tests.crash.deeds import Wish
from tests.crash.points import Point
from tests.crash.scene import DIE_WITHIN, Scene


def record(template: Scene, wish: Wish) -> list[Point]:
    """The points an undisturbed run of the wish reaches, to its last acknowledgement."""
    scene, wish = template.copy(), dataclasses.replace(wish)
    try:
        _begin_and_ask(scene, wish, None)
        wish.fulfil(scene.client)
        scene.settled_after(wish)
        assert scene.life is not None
        return scene.life.reached()
    finally:
        scene.close()


def survive(template: Scene, wish: Wish, fatal: list[Point]) -> list[Point]:
    """Die at each point of `fatal`, one life after the other, then live; answers what the last
    life reached. An assertion tells what is wrong; the points are named by the caller.
    """
    scene, wish = template.copy(), dataclasses.replace(wish)
    try:
        _begin_and_ask(scene, wish, fatal[0])
        await_death(scene, wish)
        for point in fatal[1:]:
            if scene.begin(point):
                await_death(scene, wish)
        scene.begin()
        wish.fulfil(scene.client)
        scene.settled_after(wish)
        assert scene.life is not None
        return scene.life.reached()
    finally:
        scene.close()


def _begin_and_ask(scene: Scene, wish: Wish, fatal: Point | None) -> None:
    scene.begin()
    scene.hosts_up()
    assert scene.life is not None
    scene.life.watch(fatal)
    wish.try_to_ask(scene.client)


def await_death(scene: Scene, wish: Wish) -> None:
    """Wait for the process to die; one that has done all without reaching the point is killed."""
    life = scene.life
    assert life is not None
    patience = time.monotonic() + DIE_WITHIN
    while life.alive and time.monotonic() < patience and not _done(scene, wish):
        time.sleep(0.02)
    life.kill()


def _done(scene: Scene, wish: Wish) -> bool:
    try:
        return wish.promised and wish.true(scene.client) and not scene.wrong_after(wish)
    except (AssertionError, NoAnswer):
        return False
