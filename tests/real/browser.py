# SPDX-License-Identifier: Apache-2.0
"""A headless Chromium, told what to do by its DevTools protocol; it talks to loopback only."""

from __future__ import annotations

import base64
import itertools
import json
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import websocket

PROGRAM = "chromium"
QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-sync "
    "--disable-component-update --disable-dev-shm-usage --no-first-run --remote-debugging-port=0 "
    "--remote-allow-origins=* --window-size=900,700"
)
WITHIN = 60.0


class Browser:
    """One page. `close` ends the browser and forgets all it kept."""

    def __init__(self, url: str) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="nova-cells-browser-"))
        command = [PROGRAM, *QUIET.split(), f"--user-data-dir={self._folder}", url]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )
        self._numbers = itertools.count(1)
        try:
            self._page = websocket.create_connection(self._address(), timeout=WITHIN)
        except BaseException:
            self._end()
            raise

    def close(self) -> None:
        self._page.close()
        self._end()

    def _end(self) -> None:
        """Its helpers write for a moment longer than the browser lives."""
        self._process.terminate()
        self._process.wait(WITHIN)
        for _ in range(50):
            shutil.rmtree(self._folder, ignore_errors=True)
            if not self._folder.exists():
                return
            time.sleep(0.1)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command of the protocol, and its answer; events in between are not looked at."""
        number = next(self._numbers)
        self._page.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while (answer := json.loads(self._page.recv())).get("id") != number:
            continue
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']}")
        result: dict[str, Any] = answer["result"]
        return result

    def value(self, expression: str) -> Any:
        """What a piece of JavaScript comes to in the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        return answer["result"].get("value")

    def type(self, text: str) -> None:
        """As somebody who presses keys; a line's end is the key Enter."""
        for letter in text:
            key = {"key": letter, "text": letter, "unmodifiedText": letter}
            if letter == "\n":
                key = {"key": "Enter", "code": "Enter", "text": "\r", "windowsVirtualKeyCode": 13}
            self.call("Input.dispatchKeyEvent", type="keyDown", **key)
            self.call("Input.dispatchKeyEvent", type="keyUp", **key)
            time.sleep(0.05)  # an emulated keyboard holds sixteen bytes

    def screenshot(self) -> bytes:
        """The page as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])

    def _address(self) -> str:
        """Of the page's own DevTools; the browser writes down which port it was given."""
        note, ends = self._folder / "DevToolsActivePort", time.monotonic() + WITHIN
        while time.monotonic() < ends and self._process.poll() is None:
            if note.exists() and (lines := note.read_text().splitlines()):
                with urllib.request.urlopen(f"http://127.0.0.1:{lines[0]}/json") as answer:
                    pages = [page for page in json.load(answer) if page["type"] == "page"]
                if pages:
                    return str(pages[0]["webSocketDebuggerUrl"])
            time.sleep(0.1)
        raise AssertionError(f"{PROGRAM} did not begin within {WITHIN} s")
