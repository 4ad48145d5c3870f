# SPDX-License-Identifier: Apache-2.0
"""The administrators' page in a headless Chromium: three cells, one of them down.

Pictures are kept in .cache/screenshots, for people to look at.
"""

from __future__ import annotations

import base64
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any, ClassVar

from nova_cells.cli.http_server import HttpServer
from tests.api.harness import Client, TrialCloud
from tests.real.browser import Browser

PICTURES = Path(__file__).parents[2] / ".cache" / "screenshots"
PATIENCE = 60.0
SMALLEST_CONTRAST = 4.5

UNNAMED = """
[...document.querySelectorAll("input:not([type=hidden]), button, a, meter, svg")].filter(
    part => part.checkVisibility() && !(part.textContent.trim() || part.labels?.length
        || part.getAttribute("aria-label") || part.getAttribute("aria-labelledby"))
).map(part => part.outerHTML)
"""
CONTRASTS = """
(() => {
    const numbers = colour => colour.match(/[0-9.]+/g).slice(0, 3).map(Number);
    const light = colour => numbers(colour).map(part => part / 255)
        .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
    const back = light(getComputedStyle(document.body).backgroundColor);
    const parts = [...document.querySelectorAll("h1, a, td, th, .good, .bad, .quiet, footer")];
    return parts.map(part => light(getComputedStyle(part).color))
        .map(front => (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05))
        .reduce((least, one) => Math.min(least, one), 21);
})()
"""


class CellsPageTest(unittest.TestCase):
    """One cloud and one browser; the tests follow one administrator in the order of names."""

    cloud: ClassVar[TrialCloud]
    browser: ClassVar[Browser]
    base: ClassVar[str]

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.cloud = TrialCloud(Path(folder.name), cells=3)
        cls.addClassCleanup(cls.cloud.stop)
        server = HttpServer(cls.cloud.app, "127.0.0.1", 0, 8)
        server.start()
        cls.addClassCleanup(server.stop)
        cls.base = f"http://127.0.0.1:{server.port}/cells"
        PICTURES.mkdir(parents=True, exist_ok=True)
        cls.browser = Browser(cls.base)
        cls.addClassCleanup(cls.browser.close)
        screen = {"width": 1100, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        cls.browser.call("Emulation.setDeviceMetricsOverride", **screen)

    def value(self, expression: str) -> Any:
        return self.browser.value(expression)

    def until(self, expression: str) -> Any:
        """The first true value of a piece of JavaScript."""
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            if found := self.value(expression):
                return found
            time.sleep(0.1)
        raise AssertionError(
            f"{expression} never came true: {self.value('document.body.innerText')}"
        )

    def go(self, path: str, title: str) -> None:
        self.browser.call("Page.navigate", url=self.base + path)
        self.until(f"document.readyState == 'complete' && document.title.startsWith('{title}')")

    def picture(self, name: str) -> None:
        """The whole page, however long."""
        size = self.browser.call("Page.getLayoutMetrics")["cssContentSize"]
        shown = self.browser.call(
            "Page.captureScreenshot",
            format="png",
            captureBeyondViewport=True,
            clip={"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1},
        )
        (PICTURES / f"{name}.png").write_bytes(base64.b64decode(shown["data"]))

    def press(self, key: str) -> None:
        code = {"Tab": 9, "Enter": 13}[key]
        for kind in ("rawKeyDown", "keyUp"):
            self.browser.call(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code
            )

    def test_1_logging_in_with_keys_alone(self) -> None:
        self.until("document.title.startsWith('Log in')")
        self.until("document.activeElement.name == 'token'")
        self.picture("login")
        self.browser.type("admin:0123\n")
        self.until("document.title.startsWith('The fleet')")
        self.assertEqual("", self.value("document.cookie"))

    def test_2_the_skip_link_comes_first(self) -> None:
        self.go("/", "The fleet")
        self.press("Tab")
        self.assertEqual("skip", self.value("document.activeElement.className"))
        self.browser.type("\n")
        self.until("document.activeElement.id == 'main'")

    def test_3_the_plot_goes_on(self) -> None:
        self.go("/", "The fleet")
        self.until("document.querySelectorAll('#lines polyline').length == 3")
        self.until("document.querySelector('#lines polyline').getAttribute('points').includes(' ')")

    def test_4_dark_and_light(self) -> None:
        for wish in ("light", "dark"):
            feature = [{"name": "prefers-color-scheme", "value": wish}]
            self.browser.call("Emulation.setEmulatedMedia", features=feature)
            self.go("/", "The fleet")
            self.assertEqual(str(wish == "dark").lower(), self._pressed())
            self.assertGreaterEqual(self.value(CONTRASTS), SMALLEST_CONTRAST, wish)
            self.picture(f"fleet-{wish}")
            before = self.value("getComputedStyle(document.body).backgroundColor")
            self.value("document.getElementById('theme').click()")
            after = self.value("getComputedStyle(document.body).backgroundColor")
            self.assertNotEqual(before, after)
            self.value("localStorage.clear()")

    def _pressed(self) -> Any:
        return self.value("document.getElementById('theme').getAttribute('aria-pressed')")

    def test_5_everything_has_a_name(self) -> None:
        server = self._server()
        for path, title in (
            ("/", "The fleet"),
            ("/cell/east", "Cell east"),
            ("/host/1", "Host"),
            (f"/server/{server}", "Server"),
        ):
            self.go(path, title)
            self.assertEqual([], self.value(UNNAMED), path)
            self.assertEqual(1, self.value("document.querySelectorAll('h1').length"))
            self.picture(title.lower().replace(" ", "-"))

    def test_6_one_operation(self) -> None:
        server = self._server()
        for conductor in self.cloud.conductors:
            store = conductor.journal.store
            found = conductor.database.read(lambda c, s=store: s.of_subject(c, server))
            if found:
                place = conductor.cell_uuid
                self.go(f"/operation/{place}/{found[-1].id}", "Operation build")
                self.assertGreater(
                    self.value("document.querySelectorAll('.timeline li').length"), 2
                )
                self.picture("operation")
                return
        self.fail(f"no cell has {server}")

    def test_7_one_cell_down(self) -> None:
        self.cloud.conductors[2].stop()
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            self.go("/", "The fleet")
            if self.value("document.querySelectorAll('tr.down').length") == 1:
                break
        self.assertIn("does not answer", self.value("document.querySelector('tr.down').innerText"))
        self.until(
            "document.querySelector('#lines polyline')?.getAttribute('points').includes(' ')"
        )
        for wish in ("light", "dark"):
            feature = [{"name": "prefers-color-scheme", "value": wish}]
            self.browser.call("Emulation.setEmulatedMedia", features=feature)
            self.picture(f"fleet-with-one-cell-down-{wish}")

    def _server(self) -> str:
        """One that runs."""
        client = Client("demo:0123", app=self.cloud.app)
        wish = {
            "name": "one",
            "flavorRef": self.cloud.flavors["m1.nano"],
            "imageRef": next(iter(self.cloud.images.values())),
            "networks": "none",
        }
        made = client.post("/servers", {"server": wish}, expect=202).json["server"]["id"]
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            if client.get(f"/servers/{made}").json["server"]["status"] == "ACTIVE":
                return str(made)
            time.sleep(0.1)
        raise AssertionError(f"{made} does not run")
