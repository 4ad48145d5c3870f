# SPDX-License-Identifier: Apache-2.0
"""The list of work with images: done once, tried again, asked of hosts, given up in the end."""

from __future__ import annotations

from typing import Any

from nova_cells.cell.conductor.image_chores import CACHE_PATIENCE, ImageChores
from nova_cells.cell.db import image_chores
from nova_cells.clients.images import ImageRefused, ImageUnavailable
from nova_cells.objects import ImageFacts
from tests.unit.cell.conductor.world import WorldCase

IMAGE = ImageFacts(id="33333333-3333-4333-8333-333333333333", name="one")
OTHER = ImageFacts(id="44444444-4444-4444-8444-444444444444", name="two")


class Store:
    """An image service that does, or does not, what it is asked."""

    def __init__(self) -> None:
        self.fault: Exception | None = None
        self.deleted: list[str] = []
        self.backups: list[ImageFacts] = []
        self.asked: list[Any] = []

    def delete(self, image_id: str) -> None:
        if self.fault is not None:
            raise self.fault
        self.deleted.append(image_id)

    def owned(self, project_id: str, properties: dict[str, str]) -> list[ImageFacts]:
        self.asked.append((project_id, properties))
        return self.backups


class Agents:
    """Takes down which host was asked for which image."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def of(self, host: str) -> Agents:
        return self

    def cache_image(self, *, host: str, image: ImageFacts) -> None:
        self.asked.append((host, image.id))


class ImageChoresTest(WorldCase):
    def setUp(self) -> None:
        super().setUp()
        self.store, self.agents = Store(), Agents()
        self.chores = self.another()

    def another(self) -> ImageChores:
        """One more conductor's."""
        world = self.world
        return ImageChores(
            world.database,
            self.store,  # type: ignore[arg-type]
            self.agents,  # type: ignore[arg-type]
            world.conductor.state,
            interval=60,
            clock=world.clock,
        )

    def put(self, what: Any, *arguments: Any) -> None:
        self.world.database.write(lambda c: what(c, *arguments, self.world.clock()))

    def left(self) -> int:
        return len(self.world.rows("image_chores"))

    def test_an_image_is_discarded_once(self) -> None:
        for _ in range(2):
            self.put(image_chores.discard, IMAGE.id)
        self.chores.round()
        self.another().round()
        self.assertEqual(([IMAGE.id], 0), (self.store.deleted, self.left()))

    def test_a_service_that_is_away_is_asked_again_ever_more_seldom(self) -> None:
        self.put(image_chores.discard, IMAGE.id)
        self.store.fault = ImageUnavailable("away")
        waits = []
        for _ in range(4):
            self.chores.round()
            [row] = self.world.rows("image_chores")
            waits.append((row["due_at"] - self.world.clock()) // 1_000_000)
            self.world.clock.advance(waits[-1])
        self.assertEqual([1, 2, 4, 8], waits)
        self.store.fault = None
        self.chores.round()
        self.assertEqual(([IMAGE.id], 0), (self.store.deleted, self.left()))

    def test_what_is_refused_for_an_hour_is_given_up(self) -> None:
        self.put(image_chores.discard, IMAGE.id)
        self.store.fault = ImageRefused("protected")
        self.chores.round()
        self.assertEqual(1, self.left())
        self.world.clock.advance(3601)
        self.chores.round()
        self.assertEqual(0, self.left())

    def test_a_conductor_that_died_with_it_is_followed_by_another(self) -> None:
        self.put(image_chores.discard, IMAGE.id)
        now = self.world.clock()
        [row] = self.world.database.read(lambda c: image_chores.LIST.due(c, now, 1))
        self.assertTrue(
            self.world.database.write(lambda c: image_chores.LIST.take(c, row, now + 60))
        )
        self.assertFalse(
            self.world.database.write(lambda c: image_chores.LIST.take(c, row, now + 60))
        )
        self.chores.round()
        self.assertEqual([], self.store.deleted)
        self.world.clock.advance(61)
        self.chores.round()
        self.assertEqual([IMAGE.id], self.store.deleted)

    def test_of_backups_the_newest_whole_ones_are_kept(self) -> None:
        names = ("half", "new", "middle", "old", "oldest")
        states = ("queued", "active", "active", "active", "active")
        pairs = zip(names, states, strict=True)
        self.store.backups = [ImageFacts(id=name, status=status) for name, status in pairs]
        told = {"owner": "p", "instance": "i", "backup_type": "daily", "keep": 2}
        self.put(image_chores.rotate, told)
        self.chores.round()
        self.assertEqual((["old", "oldest"], 0), (self.store.deleted, self.left()))
        expected = {"image_type": "backup", "instance_uuid": "i", "backup_type": "daily"}
        self.assertEqual([("p", expected)], self.store.asked)

    def test_hosts_are_asked_for_images_until_they_have_them(self) -> None:
        wishes = self.world.cell.cache_images(["h1", "h2", "nobody"], [IMAGE, OTHER])
        self.assertEqual(["h1", "h2"], wishes)
        self.chores.round()
        every = {(host, image.id) for host in ("h1", "h2") for image in (IMAGE, OTHER)}
        self.assertEqual(every, set(self.agents.asked))
        self.chores.round()
        self.assertEqual(4, len(self.agents.asked))
        self.assertEqual(3, self.chores.cached("h1", IMAGE.id, None, False))
        self.assertEqual(3, self.chores.cached("h2", IMAGE.id, "no room", True))
        self.assertEqual(2, self.chores.cached("h2", IMAGE.id, "unusable", False))
        self.agents.asked.clear()
        self.world.clock.advance(61)
        self.chores.round()
        self.assertEqual({("h1", OTHER.id), ("h2", OTHER.id)}, set(self.agents.asked))

    def test_a_host_that_is_down_is_asked_when_it_is_back(self) -> None:
        self.world.cell.update_host("h1", {"forced_down": True})
        self.world.cell.cache_images(["h1"], [IMAGE])
        self.chores.round()
        self.assertEqual([], self.agents.asked)
        self.world.cell.update_host("h1", {"forced_down": False})
        self.chores.hosts_changed()
        self.chores.round()
        self.assertEqual([("h1", IMAGE.id)], self.agents.asked)

    def test_nobody_waits_for_ever(self) -> None:
        self.world.cell.update_host("h1", {"forced_down": True})
        self.world.cell.cache_images(["h1"], [IMAGE])
        self.world.clock.advance(CACHE_PATIENCE // 1_000_000 + 1)
        self.chores.round()
        self.assertEqual(0, self.left())
