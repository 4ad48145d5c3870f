# SPDX-License-Identifier: Apache-2.0
"""Consoles of a real guest as its user has them: a page in a browser, and a serial port.

From the cell's answer to the guest and back; what is seen are the guest's own reactions.
"""

from __future__ import annotations

import socket
import tempfile
import time
import unittest
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import libvirt
import websocket

from nova_cells.cell.console.grants import CellGrants
from nova_cells.cell.console.proxy import ConsoleProxy
from nova_cells.contracts import FaultCode, Refused
from tests.real.browser import Browser
from tests.real.case import BANNER
from tests.real.cloud import RealCloud
from tests.real.ground import ground

NOVNC = "/usr/share/novnc"
PATIENCE = 180.0
CURSOR = 40  # pixels, at most; it blinks
PIXELS = """
(() => {
    const screen = document.querySelector("canvas");
    if (!screen || !screen.width) return null;
    const data = screen.getContext("2d").getImageData(0, 0, screen.width, screen.height).data;
    let lit = 0;
    for (let at = 0; at < data.length; at += 4) lit += data[at] + data[at + 1] + data[at + 2] > 200;
    return lit;
})()
"""


class ConsolesTest(unittest.TestCase):
    """One guest for all of them."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.port = free_port()
        base = {"novncproxy_base_url": f"http://127.0.0.1:{cls.port}/vnc_lite.html"}
        serial = {"base_url": f"ws://127.0.0.1:{cls.port}/"}
        cls.cloud = RealCloud(
            ground(), Path(folder.name), ("hv1",), options={"vnc": base, "serial_console": serial}
        )
        cls.cloud.start()
        cls.addClassCleanup(cls.cloud.stop)
        options = {"port": cls.port, "web": NOVNC}
        conf = cls.cloud.conf()
        for name, value in options.items():
            conf.set_override(name, value, group="console")
        cls.grants = CellGrants(cls.cloud.bus())
        proxy = ConsoleProxy(conf.console, cls.grants)
        proxy.start()
        cls.addClassCleanup(proxy.stop)
        cls.uuid = cls.cloud.boot()

    def until(self, condition, words):
        return self.cloud.until(condition, words, PATIENCE)

    def url(self, kind, uuid=None):
        return self.cloud.cell.console(uuid or self.uuid, kind).url

    def log(self):
        return self.cloud.cell.console_output(self.uuid, -1)

    def test_a_page_in_a_browser_shows_what_is_typed(self):
        browser = Browser(self.url("novnc"))
        self.addCleanup(browser.close)
        self.until(lambda: self.lit(browser), "something on the screen")
        browser.value("document.querySelector('canvas').focus()")
        self.until(lambda: self.does_what_is_typed(browser), "the guest does what is typed")
        browser.type("clear\n")
        empty = self.steady(browser)
        browser.type("seq 1 15\n")
        self.until(lambda: self.more(browser, empty + 300), "what the guest said, on the screen")
        self.assertTrue(browser.screenshot().startswith(b"\x89PNG"))

    def does_what_is_typed(self, browser):
        """Nobody hears the keys before the guest has opened its screen: then they are lost."""
        browser.type("cp /etc/issue /dev/console\n")
        time.sleep(5.0)
        return self.log().count(BANNER) > 1

    def steady(self, browser):
        """How much is lit once nothing but the cursor changes any more."""
        before, now = -CURSOR, self.lit(browser)
        while abs(now - before) >= CURSOR:
            before, now = now, self.lit(browser)
        return now

    def lit(self, browser):
        """Counting a whole screen takes time, here and in the browser: not too often."""
        time.sleep(0.5)
        return browser.value(PIXELS) or 0

    def more(self, browser, than):
        lit = self.lit(browser)
        return lit if lit >= than + CURSOR else None

    def test_a_serial_port_answers_who_types_and_is_logged_too(self):
        console = self.open(self.url("serial"))
        self.until(lambda: "login:" in self.log(), "the guest asks who is there")
        console.send_binary(b"somebody\n")
        console.send_binary(b"echo $((6 * 7))1\n")
        heard = b""
        while b"421" not in heard:
            heard += console.recv()
        self.assertIn(b"somebody", heard)
        self.until(lambda: "421" in self.log(), "the log has what the port said")

    def test_the_page_of_the_serial_port(self):
        query = urlsplit(self.url("serial")).query
        browser = Browser(f"http://127.0.0.1:{self.port}/serial.html?{query}")
        self.addCleanup(browser.close)
        self.until(lambda: "login:" in self.log(), "the guest asks who is there")
        self.until(lambda: browser.value("port.readyState") == 1, "the port is open")
        browser.type("somebody\necho the answer is $((6 * 7))\n")
        text = "document.getElementById('screen').textContent"
        self.until(lambda: "answer is 42" in browser.value(text), "the guest's answer on the page")

    def test_a_token_is_good_for_its_own_guest_and_as_long_as_that_is_there(self):
        other = self.cloud.boot()
        url = self.url("serial", other)
        token = parse_qs(urlsplit(url).query)["token"][0]
        grant = self.grants(token)
        self.assertEqual(other, grant.instance_uuid)
        with socket.create_connection((grant.target.host, grant.target.port), 10):
            pass
        self.cloud.act(other, "delete")
        with self.assertRaises(websocket.WebSocketBadStatusException) as caught:
            self.open(url)
        self.assertEqual(403, caught.exception.status_code)
        with self.assertRaises(OSError):
            socket.create_connection((grant.target.host, grant.target.port), 10)

    def test_no_more_is_said_of_a_host_than_an_address(self):
        """Neither a password nor a token is in the guest's definition."""
        token = parse_qs(urlsplit(self.url("serial")).query)["token"][0]
        connection = libvirt.open(self.cloud.ground.uris["hv1"])
        self.addCleanup(connection.close)
        text = connection.lookupByUUIDString(self.uuid).XMLDesc(libvirt.VIR_DOMAIN_XML_SECURE)
        self.assertNotIn(token, text)
        self.assertNotIn("passwd", text)
        with self.assertRaises(Refused) as caught:
            self.cloud.cell.console(self.uuid, "spice-html5")
        self.assertEqual(FaultCode.NOT_SUPPORTED, caught.exception.code)

    def open(self, url):
        console = websocket.create_connection(url, suppress_origin=True, timeout=PATIENCE)
        self.addCleanup(console.close)
        return console


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]
