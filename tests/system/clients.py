# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Three ways in which an integrator calls a server, behind one face: a method on
records, a plain answer, or a refusal.
"""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import odoorpc

from devtools.rpc import Refused, XmlRpc, positional

__all__ = ["Json2", "OdooRpc", "Refused", "XmlRpc", "at_once", "split"]
TIMEOUT = 120


class OdooRpc:
    """The library ``odoorpc`` over ``/jsonrpc``."""

    def __init__(self, server, login: str, password: str) -> None:
        place = urlsplit(server.url)
        self.odoo = odoorpc.ODOO(place.hostname, port=place.port, timeout=TIMEOUT)
        self.odoo.login(server.database, login, password)

    def call(self, model: str, method: str, ids: Sequence[int] | None, **values):
        """Call a method on the records ``ids``; ``None`` for a method of the model."""
        arguments = positional(ids, values)
        try:
            return self.odoo.execute_kw(model, method, arguments, values)
        except odoorpc.error.RPCError as error:
            raise Refused(
                str(error), error.info["data"]["name"].rsplit(".", 1)[-1]
            ) from error


class Json2:
    """Plain HTTP to ``/json/2`` with an API key."""

    def __init__(self, server, key: str) -> None:
        self.server, self.key = server, key

    def call(self, model: str, method: str, ids: Sequence[int] | None, **values):
        """Call a method on the records ``ids``; ``None`` for a method of the model."""
        content = values if ids is None else {"ids": list(ids), **values}
        request = urllib.request.Request(
            f"{self.server.url}/json/2/{model}/{method}",
            data=json.dumps(content).encode(),
            headers={
                "Authorization": f"bearer {self.key}",
                "Content-Type": "application/json",
                "X-Odoo-Database": self.server.database,
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as error:
            answer = json.load(error)
            raise Refused(
                answer["message"], answer["name"].rsplit(".", 1)[-1]
            ) from error


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Run the calls at the same moment, each in its thread; return their answers or
    refusals.
    """
    start = threading.Barrier(len(calls))
    results: list[object] = [None] * len(calls)

    def run(place: int, call: Callable[[], object]) -> None:
        start.wait()
        try:
            results[place] = call()
        except Refused as refusal:
            results[place] = refusal

    threads = [threading.Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def split(results):
    """Return what succeeded and what was refused."""
    refused = [result for result in results if isinstance(result, Refused)]
    return [result for result in results if not isinstance(result, Refused)], refused
