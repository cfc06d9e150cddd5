# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Call a running server over XML-RPC."""

import xmlrpc.client
from collections.abc import Sequence
from typing import Any

from .server import OdooServer


class Refused(Exception):
    """The server refused a call.

    :param kind: name of the error on the server without its module: ``UserError``,
        ``AccessError`` ...
    """

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


class XmlRpc:
    """``xmlrpc.client`` of the standard library, logged in."""

    def __init__(self, server: OdooServer, login: str, password: str) -> None:
        self.database, self.password = server.database, password
        common = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/common")
        self.user = common.authenticate(server.database, login, password, {})
        self.models = xmlrpc.client.ServerProxy(
            f"{server.url}/xmlrpc/2/object", allow_none=True
        )

    def call(
        self,
        model: str,
        method: str,
        ids: Sequence[int] | None = None,
        **values: Any,
    ) -> Any:
        """Call a method on the records ``ids``; ``None`` for a method of the model."""
        arguments = positional(ids, values)
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


def positional(ids: Sequence[int] | None, values: dict[str, Any]) -> list[Any]:
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
    return fault.faultString, kinds.get(int(fault.faultCode), "Exception")
