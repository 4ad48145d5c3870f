# SPDX-License-Identifier: Apache-2.0
"""A folder with a cloud in it, its lives one after the other, and the look at what they left."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from tests.crash.client import Client, until, until_clean
from tests.crash.deeds import Deed, Wish, prepare
from tests.crash.life import Life, Shape
from tests.crash.points import Point
from tests.crash.remains import Stores, leftovers, machines

DIE_WITHIN = 10.0
SETTLE_WITHIN = 15.0


class Scene:
    """One cloud's folder. `close` ends what runs and removes it.

    NOVA_CELLS_CRASH_KEEP in the environment keeps the folder for a look.
    """

    def __init__(self, shape: Shape | None = None) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="crash-"))
        self.shape = shape or Shape()
        self.life: Life | None = None

    def begin(self, fatal: Point | None = None) -> bool:
        """A new life; False when it died at `fatal` while it started."""
        self.end()
        self.life = Life(self.root, self.shape, fatal=fatal)
        ready = self.life.ready()
        if not ready and fatal is None:
            output = (self.root / "output.log").read_text()[-1500:]
            raise AssertionError(f"the cloud died while it started: {output}")
        return ready

    def end(self) -> None:
        """End the life there is, at once."""
        if self.life is not None:
            self.life.kill()
            self.life = None

    def close(self) -> None:
        self.end()
        if "NOVA_CELLS_CRASH_KEEP" not in os.environ:
            shutil.rmtree(self.root, ignore_errors=True)

    def copy(self) -> Scene:
        """Another scene with the same state; nothing may run here."""
        other = Scene(self.shape)
        shutil.rmtree(other.root)
        shutil.copytree(self.root, other.root, ignore=shutil.ignore_patterns("*.log"))
        return other

    @property
    def client(self) -> Client:
        return self.as_user()

    def as_user(self, who: str = "member") -> Client:
        """A client for the life there is."""
        assert self.life is not None
        return Client(self.root, self.life.port, who)

    @property
    def stores(self) -> Stores:
        layout = self.shape.layout(self.root)
        places = layout.cells(self.shape.cells)
        return Stores(
            layout.database_url,
            {place.name: place.database_url for place in places},
            {place.name: place.folder / "compute" for place in places},
        )

    def hosts_up(self) -> None:
        """Wait until all hosts can take servers."""
        wanted = self.shape.cells * self.shape.hosts
        admin = self.as_user("admin")

        def up() -> bool:
            _status, document = admin.call("GET", "/os-hypervisors/detail")
            found = (document or {}).get("hypervisors", [])
            return sum(1 for each in found if each["state"] == "up") >= wanted

        until(up, f"{wanted} hosts up")

    def hosts_back(self) -> None:
        """Take every host into service again that a wish had taken out of it."""
        admin = self.as_user("admin")

        def back() -> bool:
            _status, document = admin.call("GET", "/os-services?binary=nova-compute")
            services = (document or {}).get("services", [])
            down = [service for service in services if service["forced_down"]]
            for service in down:
                admin.call("PUT", f"/os-services/{service['id']}", {"forced_down": False})
            return bool(services) and not down

        until(back, "no host is out of service")
        self.hosts_up()

    def settled(self, alive: list[str]) -> None:
        """Nothing is left over or missing; waits a little for the last acknowledgements."""
        until_clean(lambda: leftovers(self.stores, alive), SETTLE_WITHIN)

    def settled_after(self, wish: Wish) -> None:
        """The stores after a wish came true: its server alone, or none, and the guest's power."""
        until_clean(lambda: self.wrong_after(wish), SETTLE_WITHIN)

    def wrong_after(self, wish: Wish) -> list[str]:
        """What is not as it should be once the wish has come true."""
        alive = [] if wish.deed.ends is None else wish.uuids
        try:
            powers = {uuid: power for uuid, (_host, power) in machines(self.stores).items()}
        except AssertionError as twice:  # until the host that was left has removed its part
            return [str(twice)]
        wanted = {uuid: wish.deed.power for uuid in alive if not wish.deed.leaves_no_guest}
        wrong = [] if powers == wanted else [f"guests' power is {powers}, not {wanted}"]
        return wrong + leftovers(self.stores, alive)


def stage(deed: Deed, shape: Shape | None = None) -> tuple[Scene, Wish]:
    """A scene at rest in which `deed` can be asked for, and the wish."""
    scene = Scene(shape)
    scene.begin()
    scene.hosts_up()
    wish = prepare(scene.client, f"crash-{deed.kind}", deed)
    assert scene.life is not None
    scene.life.stop()
    scene.end()
    return scene, wish
