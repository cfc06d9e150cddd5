# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import http
from odoo.http import content_disposition, request

MAX_MESSAGES = 1000


class Downloads(http.Controller):
    """Files of messages, for who may read them."""

    @http.route("/bop_network/evidence/<string:ids>", type="http", auth="user")
    def evidence(self, ids):
        """Give the evidence of messages as a zip file."""
        messages = self._messages(ids)
        return self._file("evidence.zip", messages._evidence_bundle())

    @http.route("/bop_network/file/<string:ids>", type="http", auth="user")
    def file(self, ids):
        """Give messages for a partner who takes files."""
        messages = self._messages(ids)
        return self._file("messages.zip", messages._file_bundle())

    def _messages(self, ids: str):
        numbers = ids.split(",")
        if len(numbers) > MAX_MESSAGES or not all(map(str.isdecimal, numbers)):
            raise request.not_found()
        messages = request.env["bop.message"].browse(map(int, numbers)).exists()
        if not messages:
            raise request.not_found()
        messages.check_access("read")
        return messages

    def _file(self, name: str, content: bytes):
        headers = [
            ("Content-Type", "application/zip"),
            ("Content-Disposition", content_disposition(name)),
        ]
        return request.make_response(content, headers=headers)
