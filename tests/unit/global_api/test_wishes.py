# SPDX-License-Identifier: Apache-2.0
"""A wish that is kept is put together with what its server has become since."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api import wishes
from nova_cells.journal.model import StepRefused
from nova_cells.objects import Instance, RequestSpec
from tests.unit.global_api.world import World, spec

PORT, NETWORK = "77777777-0000-4000-8000-000000000001", "77777777-0000-4000-8000-000000000002"
OTHER = "77777777-0000-4000-8000-000000000003"


class WishesTest(World):
    def setUp(self) -> None:
        super().setUp()
        self.wish = spec(networks=[{"network_id": NETWORK, "port_id": None, "tag": "a"}])
        self.database.write(lambda c: wishes.remember(c, [self.wish]))

    def of(self, **changes: Any) -> RequestSpec:
        head = Instance.from_spec(self.wish).replace(**changes)
        return self.database.write(lambda c: wishes.of(c, head))

    def rebuild(self, image: str, known: str | None) -> None:
        facts = self.wish.image.replace(id=image).document()
        told = {"image": facts, "boot_images": {"kernel": facts}, "personality": [{"path": "/f"}]}
        self.database.write(lambda c: wishes.expect_rebuild(c, self.wish.uuid, known, told))

    def test_what_its_head_tells_counts(self) -> None:
        flavor = self.wish.flavor.replace(memory_mb=self.wish.flavor.memory_mb * 2)
        found = self.of(name="new", metadata={"a": "b"}, flavor=flavor, key_name=None)
        self.assertEqual(("new", {"a": "b"}, flavor.memory_mb), _told(found))
        self.assertEqual(self.wish.image.document(), found.image.document())
        self.assertIsNone(found.key)

    def test_its_interfaces_are_those_it_has(self) -> None:
        first = {"id": OTHER, "network_id": NETWORK, "service": "neutron", "tag": "a"}
        later = {"id": PORT, "network_id": NETWORK, "service": "neutron", "preserve": True}
        found = self.of(nics=[first, later]).networks
        self.assertEqual(self.wish.networks[0], found[0])
        self.assertEqual((NETWORK, PORT), (found[1]["network_id"], found[1]["port_id"]))
        self.assertEqual([], self.of(nics=[]).networks)

    def test_its_volumes_are_those_it_has(self) -> None:
        found = self.of(volumes=[{"id": PORT, "boot_index": None, "size": 1}]).volumes
        self.assertEqual([{"id": PORT, "boot_index": None, "size": 1}], found)

    def test_the_image_is_that_of_its_head(self) -> None:
        self.rebuild(OTHER, self.wish.image.id)
        self.assertEqual(self.wish.image.id, self.of().image.id)
        found = self.of(image_id=OTHER)
        self.assertEqual((OTHER, [{"path": "/f"}]), (found.image.id, found.personality))
        self.assertEqual(OTHER, found.kernel.id)
        with self.assertRaises(StepRefused):
            self.of(image_id=PORT)

    def test_what_a_rebuild_left_behind_is_forgotten(self) -> None:
        self.rebuild(OTHER, self.wish.image.id)
        self.rebuild(PORT, OTHER)
        self.rebuild(NETWORK, OTHER)
        self.assertEqual(OTHER, self.of(image_id=OTHER).image.id)
        with self.assertRaises(StepRefused):
            self.of(image_id=PORT)


def _told(found: RequestSpec) -> tuple[Any, ...]:
    return found.name, found.metadata, found.flavor.memory_mb
