# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The bad network does to messages what it says, and nothing when it is switched off."""

import doctest
import http.client
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from devtools import waiting
from devtools.waiting import wait_until
from tests.system.network import proxy as proxy_module
from tests.system.network.proxy import FAULTS, FaultPlan, Proxy


@pytest.fixture
def target():
    """Return a server that keeps what it got: ``url``, ``got``."""
    got = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.path, self.headers.get("Signature"), body))
            self.send_response(202)
            self.send_header("Receipt", "of " + body.decode())
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}", got=got)
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def start(target):
    """Return a function that starts a proxy with one fault, or with a plan."""
    started = []

    def make(*faults, share=1.0, **options):
        plan = FaultPlan(share, seed=7, faults=faults) if faults else None
        started.append(Proxy(target.url, plan, **options).__enter__())
        return started[-1]

    yield make
    for running in started:
        running.__exit__()


def post(proxy, body, path="/bop/1/messages"):
    """Send a body; return status, receipt and answer, or nothing when the connection
    broke.
    """
    connection = http.client.HTTPConnection(urlsplit(proxy.url).netloc, timeout=10)
    try:
        connection.request("POST", path, body, {"Signature": "bop=:c2ln:"})
        reply = connection.getresponse()
        return reply.status, reply.getheader("Receipt"), reply.read()
    except (http.client.HTTPException, ConnectionError):
        return None
    finally:
        connection.close()


def bodies(target):
    """Return what arrived."""
    return [body for _path, _signature, body in target.got]


def test_without_faults_a_message_and_its_answer_pass_unchanged(start, target):
    assert post(start(), b"<Order/>") == (202, "of <Order/>", b"ok")
    assert target.got == [("/bop/1/messages", "bop=:c2ln:", b"<Order/>")]


def test_one_connection_carries_many_messages(start, target):
    connection = http.client.HTTPConnection(urlsplit(start().url).netloc, timeout=10)
    connection.connect()
    own_end = connection.sock.getsockname()
    for number in range(3):
        connection.request("POST", "/", str(number).encode())
        assert connection.getresponse().read() == b"ok"
        assert connection.sock.getsockname() == own_end
    connection.close()
    assert bodies(target) == [b"0", b"1", b"2"]


def test_a_lost_request_never_arrives(start, target):
    assert post(start("lose request"), b"1") is None
    assert bodies(target) == []


def test_a_lost_answer_leaves_the_sender_without_an_answer(start, target):
    assert post(start("lose answer"), b"1") is None
    assert bodies(target) == [b"1"]


def test_a_duplicate_arrives_twice_and_is_answered_once(start, target):
    assert post(start("duplicate"), b"1") == (202, "of 1", b"ok")
    assert bodies(target) == [b"1", b"1"]


def test_a_delayed_message_makes_the_sender_wait(start, target):
    begin = time.monotonic()
    assert post(start("delay", delay=0.2), b"1") == (202, "of 1", b"ok")
    assert time.monotonic() - begin >= 0.2
    assert bodies(target) == [b"1"]


def test_switching_the_faults_off_ends_a_delay(start, target):
    proxy = start("delay", delay=60)
    answers = []
    sender = threading.Thread(target=lambda: answers.append(post(proxy, b"1")))
    sender.start()
    wait_until(lambda: proxy.counts["delay"], "the message in the proxy", seconds=5)
    proxy.calm()
    sender.join(timeout=5)
    assert answers == [(202, "of 1", b"ok")]


def test_a_reordered_message_arrives_after_those_that_were_sent_later(start, target):
    proxy = start("reorder", after=2)
    assert post(proxy, b"1") is None
    proxy.disturb(FaultPlan(0, seed=0))
    assert [post(proxy, body)[0] for body in (b"2", b"3", b"4")] == [202] * 3
    assert bodies(target) == [b"2", b"3", b"1", b"4"]


def test_what_is_held_back_arrives_when_the_faults_are_switched_off(start, target):
    proxy = start("reorder")
    assert [post(proxy, body) for body in (b"1", b"2")] == [None, None]
    assert bodies(target) == []
    proxy.calm()
    assert bodies(target) == [b"1", b"2"]
    assert post(proxy, b"3") == (202, "of 3", b"ok")


def test_only_so_many_messages_are_held_back(start, target, monkeypatch):
    monkeypatch.setattr(proxy_module, "HELD_AT_MOST", 1)
    proxy = start("reorder")
    assert [post(proxy, body) for body in (b"1", b"2")] == [None, None]
    proxy.calm()
    assert bodies(target) == [b"1"]


def test_a_server_that_is_down_is_a_broken_connection(start, target):
    proxy = start()
    proxy.target = urlsplit("http://127.0.0.1:9")
    assert post(proxy, b"1") is None
    assert proxy.counts["unreachable"] == 1


def test_a_body_beyond_all_measure_is_not_read(start, target, monkeypatch):
    monkeypatch.setattr(proxy_module, "MAX_BODY", 3)
    assert post(start(), b"1234")[0] == 413
    assert bodies(target) == []


def test_a_plan_has_the_share_of_faults_that_was_asked_for():
    plan = FaultPlan(0.3, seed=11)
    drawn = [plan.next() for _ in range(5000)]
    assert 0.28 < sum(map(bool, drawn)) / len(drawn) < 0.32
    assert set(drawn) == {"", *FAULTS}


def test_what_happened_is_counted(start, target):
    proxy = start(*FAULTS, share=0.5, delay=0.01)
    for number in range(40):
        post(proxy, str(number).encode())
    proxy.calm()
    assert sum(proxy.counts.values()) == 40
    lost = proxy.counts["lose request"]
    assert len(set(bodies(target))) == 40 - lost
    assert len(bodies(target)) == 40 - lost + proxy.counts["duplicate"]


@pytest.mark.parametrize("module", [proxy_module, waiting], ids=lambda it: it.__name__)
def test_the_examples_in_the_documentation_hold(module):
    result = doctest.testmod(module)
    assert result.attempted and not result.failed
