# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import json

from odoo import http
from odoo.http import request

from ..rules import signature

#: A document with thousands of positions is some megabytes.
MAX_BODY = 10 * 1024 * 1024
MAX_HEADERS = 64


class Messages(http.Controller):
    @http.route(
        signature.PATH,
        type="http",
        auth="none",
        methods=["POST"],
        csrf=False,
        save_session=False,
        # Odoo takes routes that ask for no user for read-only ones.
        readonly=False,
    )
    def receive(self):
        """Take a message of a network partner: its signature is all that counts."""
        env = request.env(user=1, su=True)
        length = request.httprequest.content_length
        if length is None:
            return _answer(411, {}, _error("The length of the body is missing."))
        if length > _max_body(env):
            return _answer(413, {}, _error("The message is too large."))
        fields = list(request.httprequest.headers.items())
        if len(fields) > MAX_HEADERS:
            return _answer(431, {}, _error("There are too many headers."))
        headers: dict[str, str] = {}
        for name, value in fields:
            key = name.lower()
            # Several fields of one name are one, joined: RFC 9110, section 5.3.
            headers[key] = f"{headers[key]}, {value}" if key in headers else value
        if not all(text.isprintable() for field in headers.items() for text in field):
            return _answer(400, {}, _error("A header holds control characters."))
        # Kept, for Odoo calls this again when the transaction came too late.
        body = request.httprequest.get_data()
        return _answer(*env["bop.message"]._arrive(headers, body))


def _max_body(env) -> int:
    """How many bytes a message may have; a system parameter can say it."""
    told = env["ir.config_parameter"].get_param("bop_network.max_body")
    return int(told) if told and told.isdecimal() else MAX_BODY


def _error(text: str) -> bytes:
    return json.dumps({"error": text}).encode()


def _answer(status: int, headers: dict[str, str], body: bytes):
    kept = {"content-type": "application/json", **headers}
    return request.make_response(body, headers=list(kept.items()), status=status)
