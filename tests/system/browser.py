# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""People at screens: Chromium, driven over its DevTools protocol by real mouse clicks and
keys.

One browser has a window for each person, with cookies of its own: people who work on two
servers of one machine would else log each other out.
"""

from __future__ import annotations

import base64
import itertools
import json
import shutil
import subprocess
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import websocket

from devtools import browser, paths
from devtools.server import OdooServer
from devtools.waiting import wait_until

SIZE = (1366, 900)
ANSWER_SECONDS = 30
#: How long somebody waits for something on the screen; the first page is compiled first.
PATIENCE = 60
#: How long a list may take that follows what is typed.
LIST_SECONDS = 10
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--mute-audio",
    "--no-first-run",
    "--remote-debugging-port=0",
    f"--window-size={SIZE[0]},{SIZE[1]}",
)
#: The elements of a selector that can be seen and have a text in them.
SEEN = """
(css, text) => [...document.querySelectorAll(css)].filter(
    (found) => found.getClientRects().length &&
        getComputedStyle(found).visibility !== "hidden" &&
        (found.innerText || found.value || "").includes(text))
"""
COUNT = f"(css, text) => ({SEEN})(css, text).length"
TEXT = f"(css) => ({SEEN})(css, '')[0].innerText"
#: Where to click on the first of them, once nothing covers it and it stands still.
PLACE = (
    """
(css, text) => {
    const found = (%s)(css, text)[0];
    if (!found || found.disabled) return null;
    found.scrollIntoView({block: "center", inline: "center"});
    const box = found.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const top = document.elementFromPoint(x, y);
    return top && (found.contains(top) || top.contains(found)) ? [x, y] : null;
}
"""
    % SEEN
)
#: What a person would report when something is missing.
SCREEN = """
() => [...document.querySelectorAll(".o_dialog, .o_notification, .o_action_manager")]
    .map((part) => part.innerText).join("\\n").slice(0, 3000)
"""


class BrowserError(Exception):
    """The browser refused a command."""


class Person:
    """Somebody who is logged in on a server and looks at its screens.

    :param say: sends a DevTools command to the person's window
    """

    def __init__(self, server: OdooServer, say: Callable[..., dict[str, Any]]) -> None:
        self.server, self.say = server, say

    def log_in(self, login: str, password: str) -> None:
        """Begin a session."""
        content = {"db": self.server.database, "login": login, "password": password}
        request = urllib.request.Request(
            f"{self.server.url}/web/session/authenticate",
            data=json.dumps({"params": content}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as reply:
            assert json.load(reply)["result"]["uid"], f"{login} is not let in"
            cookie = reply.headers["Set-Cookie"].partition(";")[0]
        name, _equals, value = cookie.partition("=")
        self.say("Network.setCookie", name=name, value=value, url=self.server.url)

    def open(self, path: str) -> None:
        """Open a page of the server."""
        self.say("Page.navigate", url="about:blank")
        self.say("Page.navigate", url=self.server.url + path)

    def see(self, css: str, text: str = "", seconds: float = PATIENCE) -> None:
        """Wait until something is on the screen.

        :param css: selector of the element
        :param text: what it says among other things; of an input, its value
        :raises TimeoutError: it is not, within ``seconds``
        """
        self._wait(lambda: self._run(COUNT, css, text), css, text, seconds)

    def miss(self, css: str, text: str = "") -> None:
        """Make sure that something is not on the screen now."""
        assert not self._run(COUNT, css, text), f"{css} {text!r} is seen"

    def read(self, css: str) -> str:
        """Wait for something on the screen and return what it says."""
        self.see(css)
        text: str = self._run(TEXT, css)
        return text.strip()

    def click(self, css: str, text: str = "", seconds: float = PATIENCE) -> None:
        """Click on something, as soon as nothing covers it and it stands still.

        :raises TimeoutError: it is not there, within ``seconds``
        """
        last: list[Any] = [None]

        def still() -> Any:
            before, last[0] = last[0], self._run(PLACE, css, text)
            return last[0] if last[0] == before else None

        x, y = self._wait(still, css, text, seconds)
        self.say("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        for kind in ("mousePressed", "mouseReleased"):
            self.say(
                "Input.dispatchMouseEvent",
                type=kind,
                x=x,
                y=y,
                button="left",
                clickCount=1,
            )

    def write(self, css: str, text: str) -> None:
        """Click into an input and type a text in place of what is there."""
        self.click(css)
        self.say("Runtime.evaluate", expression="document.activeElement.select()")
        self.say("Input.insertText", text=text)

    def choose(self, css: str, name: str) -> None:
        """Type a part of the name of a record into an input and choose it from what is
        offered. A form that has just been opened may draw itself anew meanwhile, and the
        list is gone; then this is done once more.
        """
        part, option = name[: len(name) // 2], ".o-autocomplete--dropdown-item"

        def chosen() -> bool:
            if self._run(COUNT, css, name):
                return True
            self.write(css, part)
            with suppress(TimeoutError):
                self.click(option, name, seconds=LIST_SECONDS)
                self.see(css, name, seconds=LIST_SECONDS)
            return False

        self._wait(chosen, css, name)

    def press(self, key: str, code: int) -> None:
        """Press a key.

        :param key: its name in JavaScript, such as ``Tab``
        :param code: its number there, such as 9
        """
        for kind in ("rawKeyDown", "keyUp"):
            self.say(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key,
                windowsVirtualKeyCode=code,
            )

    def photograph(self, name: str) -> Path:
        """Keep what is on the screen as a picture among the logs."""
        picture = paths.LOGS / f"screen-{name}.png"
        data = self.say("Page.captureScreenshot")["data"]
        picture.write_bytes(base64.b64decode(data))
        return picture

    def _wait(
        self,
        condition: Callable[[], Any],
        css: str,
        text: str,
        seconds: float = PATIENCE,
    ) -> Any:
        def missing() -> str:
            picture = self.photograph("missing")
            return f"{css} {text!r} on {picture}:\n{self._run(SCREEN)}"

        return wait_until(condition, missing, seconds)

    def _run(self, function: str, *arguments: str) -> Any:
        """Return what a JavaScript function says; nothing while a page is changed for
        another one.
        """
        words = ", ".join(map(json.dumps, arguments))
        try:
            answer = self.say(
                "Runtime.evaluate",
                expression=f"({function})({words})",
                returnByValue=True,
            )
        except BrowserError:
            return None
        return answer["result"].get("value")


class Browser:
    """A running Chromium."""

    def __init__(self, address: str) -> None:
        self.socket = websocket.create_connection(
            address, suppress_origin=True, timeout=ANSWER_SECONDS
        )
        self._numbers = itertools.count(1)

    def person(self, server: OdooServer, login: str, password: str) -> Person:
        """Open a window for somebody who is logged in on a server."""
        context = self.say("Target.createBrowserContext")["browserContextId"]
        target = self.say(
            "Target.createTarget",
            url="about:blank",
            browserContextId=context,
            width=SIZE[0],
            height=SIZE[1],
        )["targetId"]
        session = self.say("Target.attachToTarget", targetId=target, flatten=True)
        window = session["sessionId"]
        someone = Person(
            server, lambda method, **values: self.say(method, window, **values)
        )
        someone.say("Page.enable")
        someone.say("Emulation.setFocusEmulationEnabled", enabled=True)
        someone.log_in(login, password)
        return someone

    def say(self, method: str, session: str = "", **values: Any) -> dict[str, Any]:
        """Send a command and return its answer; events meanwhile are passed over.

        :param session: of a window; the browser itself by default
        """
        number = next(self._numbers)
        command = {"id": number, "method": method, "params": values}
        if session:
            command["sessionId"] = session
        self.socket.send(json.dumps(command))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                result: dict[str, Any] = answer["result"]
                return result


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give a running browser that is closed in the end."""
    browser.ensure()
    program = next(filter(None, map(shutil.which, browser.NAMES)))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        words = [str(program), *OPTIONS, f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen(
            words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            started = Browser(_address(process, Path(profile)))
            yield started
            started.say("Browser.close")
            started.socket.close()
        finally:
            process.terminate()
            process.wait()


def _address(process: subprocess.Popen, profile: Path) -> str:
    """Return where the browser listens, as soon as it has written that down."""
    note = profile / "DevToolsActivePort"

    def lines() -> list[str]:
        assert process.poll() is None, "Chromium ended at its start"
        found = note.read_text().splitlines() if note.exists() else []
        return found if len(found) == 2 else []

    port, path = wait_until(lines, "Chromium")
    return f"ws://127.0.0.1:{port}{path}"
