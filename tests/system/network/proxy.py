# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A bad network between two servers on loopback: an HTTP proxy that loses, repeats,
delays and reorders what passes, by a seed.

The sender sees what a bad network shows it: a connection that breaks, before or after
the other side had the message. Switched off, it first delivers what it held back and
then only passes on.
"""

import http.client
import random
import sys
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

MAX_BODY = 20 * 1024 * 1024
TIMEOUT = 30
HELD_AT_MOST = 20
POLL_SECONDS = 0.02
#: Headers that belong to one connection and not to the message (RFC 9110, 7.6.1).
HOP_BY_HOP = {
    "connection",
    "keep-alive",
    "transfer-encoding",
    "te",
    "trailer",
    "upgrade",
}
#: What may happen to a message.
#:
#: - ``lose request``: it never arrives;
#: - ``lose answer``: it arrives and the sender does not know;
#: - ``duplicate``: it arrives twice;
#: - ``delay``: it arrives later, and the sender waits;
#: - ``reorder``: it arrives after messages that were sent later; the sender sees a
#:   connection that broke.
FAULTS = ("lose request", "lose answer", "duplicate", "delay", "reorder")


class FaultPlan:
    """What happens to the messages, one after the other.

    :param share: share of all messages that something happens to, from 0 to 1
    :param seed: the same seed gives the same plan

    >>> plan, same = FaultPlan(0.5, seed=1), FaultPlan(0.5, seed=1)
    >>> [plan.next() for _ in range(20)] == [same.next() for _ in range(20)]
    True
    >>> FaultPlan(0, seed=1).next()
    ''
    """

    def __init__(self, share: float, seed: int, faults: Sequence[str] = FAULTS) -> None:
        assert 0 <= share <= 1 and set(faults) <= set(FAULTS)
        self.share, self.faults = share, tuple(faults)
        self._random = random.Random(seed)
        self._lock = threading.Lock()

    def next(self) -> str:
        """Return the fault of the next message, or nothing."""
        with self._lock:
            if self._random.random() >= self.share:
                return ""
            return self._random.choice(self.faults)


@dataclass(frozen=True)
class Request:
    """One request as it came from the sender."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What the other side answered."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


class Proxy:
    """A proxy in front of the server ``target``; a context manager.

    :param target: address of the server without a slash at the end
    :param plan: the faults; none by default
    :param delay: seconds of one delay
    :param after: how many messages overtake one that is reordered
    """

    def __init__(
        self,
        target: str,
        plan: FaultPlan | None = None,
        *,
        delay: float = 0.5,
        after: int = 2,
    ) -> None:
        self.target, self.delay, self.after = urlsplit(target), delay, after
        #: How often each fault happened; "passed" and "unreachable" as well.
        self.counts: Counter[str] = Counter()
        self._plan = plan or FaultPlan(0, seed=0)
        self._held: list[tuple[int, Request]] = []
        self._passed = 0
        self._lock = threading.Lock()
        self._calm = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_SECONDS,), daemon=True
        )

    @property
    def url(self) -> str:
        """Return the address that the sender is given."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Proxy":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._calm.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def disturb(self, plan: FaultPlan) -> None:
        """Begin, or go on, with the faults of ``plan``."""
        self._plan = plan
        self._calm.clear()

    def calm(self) -> None:
        """End all faults: deliver what is held back, and only pass on from now on."""
        self._calm.set()
        with self._lock:
            held, self._held = self._held, []
        for _due, request in held:
            self._deliver(request)

    def handle(self, request: Request) -> Answer | None:
        """Do with a request what the plan says.

        :return: what the sender gets; nothing when its connection breaks
        """
        fault = "" if self._calm.is_set() else self._plan.next()
        self.counts[fault or "passed"] += 1
        if fault == "lose request":
            return None
        if fault == "reorder":
            return self._hold_back(request)
        if fault == "delay":
            self._calm.wait(self.delay)
        answer = self._deliver(request)
        if fault == "duplicate":
            self._deliver(request)
        self._deliver_overtaken()
        return None if fault == "lose answer" else answer

    def _hold_back(self, request: Request) -> None:
        with self._lock:
            if len(self._held) < HELD_AT_MOST:
                self._held.append((self._passed + self.after, request))

    def _deliver_overtaken(self) -> None:
        with self._lock:
            self._passed += 1
            due = [request for place, request in self._held if place <= self._passed]
            self._held = [item for item in self._held if item[0] > self._passed]
        for request in due:
            self._deliver(request)

    def _deliver(self, request: Request) -> Answer | None:
        """Send a request to the target; nothing when it does not answer."""
        connection = http.client.HTTPConnection(
            self.target.hostname or "", self.target.port, timeout=TIMEOUT
        )
        try:
            connection.request(
                request.method, request.path, request.body, dict(request.headers)
            )
            reply = connection.getresponse()
            return Answer(reply.status, reply.getheaders(), reply.read())
        except (OSError, http.client.HTTPException):
            self.counts["unreachable"] += 1
            return None
        finally:
            connection.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet about a sender who has gone; that is what power cuts do."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def _handler(proxy: Proxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = TIMEOUT

        def do_GET(self) -> None:
            self._pass_on()

        def do_POST(self) -> None:
            self._pass_on()

        def log_message(self, *_words: object) -> None:
            """Keep quiet: the counts of the proxy tell what happened."""

        def _pass_on(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if length > MAX_BODY:
                self.send_error(413)
                return
            request = Request(
                self.command,
                self.path,
                dict(_end_to_end(self.headers.items())),
                self.rfile.read(length),
            )
            answer = proxy.handle(request)
            if answer is None:
                self.close_connection = True
                return
            self._answer(answer)

        def _answer(self, answer: Answer) -> None:
            self.send_response_only(answer.status)
            for name, value in _end_to_end(answer.headers):
                if name.lower() != "content-length":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

    return Handler


def _end_to_end(headers: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [item for item in headers if item[0].lower() not in HOP_BY_HOP]
