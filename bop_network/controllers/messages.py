# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import json

from odoo import http
from odoo.http import request

from ..rules import signature

#: A document with thousands of positions is some megabytes.
MAX_BODY = 10 * 1024 * 1024
MAX_HEADERS = 100


class Messages(http.Controller):
    @http.route(
        signature.PATH,
        type="http",
        auth="none",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def receive(self):
        """Take a message of a network partner: its signature is all that counts."""
        length = request.httprequest.content_length
        if length is None:
            return _answer(411, {}, _error("The length of the body is missing."))
        if length > MAX_BODY:
            return _answer(413, {}, _error("The message is too large."))
        fields = list(request.httprequest.headers.items())
        if len(fields) > MAX_HEADERS:
            return _answer(431, {}, _error("There are too many headers."))
        headers: dict[str, str] = {}
        for name, value in fields:
            key = name.lower()
            # Several fields of one name are one, joined: RFC 9110, section 5.3.
            headers[key] = f"{headers[key]}, {value}" if key in headers else value
        body = request.httprequest.get_data(cache=False)
        env = request.env(user=1, su=True)
        return _answer(*env["bop.message"]._arrive(headers, body))


def _error(text: str) -> bytes:
    return json.dumps({"error": text}).encode()


def _answer(status: int, headers: dict[str, str], body: bytes):
    kept = {"content-type": "application/json", **headers}
    return request.make_response(body, headers=list(kept.items()), status=status)
