# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Three ways in which an integrator calls a server, behind one face: a method on
records, a plain answer, or a refusal.
"""

import json
import threading
import urllib.error
import urllib.request
import xmlrpc.client
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import odoorpc

TIMEOUT = 120


class Refused(Exception):
    """The server refused a call.

    :param kind: name of the error on the server without its module: ``UserError``,
        ``AccessError`` ...
    """

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


class XmlRpc:
    """``xmlrpc.client`` of the standard library."""

    def __init__(self, server, login: str, password: str) -> None:
        self.database, self.password = server.database, password
        common = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/common")
        self.user = common.authenticate(server.database, login, password, {})
        self.models = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/object")

    def call(self, model: str, method: str, ids: Sequence[int] | None, **values):
        """Call a method on the records ``ids``; ``None`` for a method of the model."""
        arguments = _positional(ids, values)
        try:
            return self.models.execute_kw(
                self.database,
                self.user,
                self.password,
                model,
                method,
                arguments,
                values,
            )
        except xmlrpc.client.Fault as fault:
            raise Refused(*_of_fault(fault)) from fault


class OdooRpc:
    """The library ``odoorpc`` over ``/jsonrpc``."""

    def __init__(self, server, login: str, password: str) -> None:
        place = urlsplit(server.url)
        self.odoo = odoorpc.ODOO(place.hostname, port=place.port, timeout=TIMEOUT)
        self.odoo.login(server.database, login, password)

    def call(self, model: str, method: str, ids: Sequence[int] | None, **values):
        """Call a method on the records ``ids``; ``None`` for a method of the model."""
        arguments = _positional(ids, values)
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


def _positional(ids: Sequence[int] | None, values: dict[str, object]) -> list[object]:
    """Take out of ``values`` what the older wires want by position: the records, or the
    values of new ones.
    """
    if ids is not None:
        return [list(ids)]
    return [values.pop("vals_list")] if "vals_list" in values else []


def _of_fault(fault: xmlrpc.client.Fault) -> tuple[str, str]:
    """Message and kind of an XML-RPC fault: 2 is a refusal, 4 missing rights, 1
    everything else.
    """
    kinds = {2: "UserError", 3: "AccessDenied", 4: "AccessError"}
    return fault.faultString, kinds.get(fault.faultCode, "Exception")
