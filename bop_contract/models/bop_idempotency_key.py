# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

MAX_KEY = 200


def content_digest(method: str, content: object) -> str:
    """Hash of a call: the method and the plain JSON of its parameters."""
    text = json.dumps([method, content], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


class BopIdempotencyKey(models.Model):
    """Answers of the public methods by the key their caller chose: a repeated call gets
    the first answer and does nothing.
    """

    _name = "bop.idempotency.key"
    _description = "Idempotency Key"
    _order = "id desc"

    key = fields.Char(required=True, readonly=True)
    method = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="cascade"
    )
    digest = fields.Char(
        required=True,
        readonly=True,
        help="Of the call's content: the same key with other content is refused.",
    )
    answer = fields.Json(readonly=True)

    _key_unique = models.UniqueIndex("(user_id, key)", "This key was used already.")

    @api.model
    def _once(
        self, key: str | bool, method: str, content: object, call: Callable[[], object]
    ) -> object:
        """Run ``call`` once for ``key`` and give its answer, now and at each
        repetition. A call that fails leaves nothing behind.

        :param key: chosen by the caller, unique for this user; False runs ``call`` each
            time
        :param method: name of the public method
        :param content: plain JSON of all other parameters
        :raises UserError: the key is no text of 1 to 200 characters, or was used with
            other content
        """
        if key is False or key is None:
            with self.env.cr.savepoint():
                return call()
        if not isinstance(key, str) or not 0 < len(key) <= MAX_KEY or "\0" in key:
            raise UserError(
                self.env._("The key must be a text of 1 to %s characters.", MAX_KEY)
            )
        digest = content_digest(method, content)
        with self.env.cr.savepoint():
            row = self._claim(key, method, digest)
            if not row:
                return self._replay(key, digest)
            row.answer = call()
            return row.answer

    def _claim(self, key: str, method: str, digest: str):
        """Reserve the key for this transaction; a concurrent call with the same key
        waits for its end.
        """
        self.env.cr.execute(
            SQL(
                """INSERT INTO bop_idempotency_key (key, method, user_id, digest, create_uid, create_date, write_uid, write_date)
                   VALUES (%(key)s, %(method)s, %(uid)s, %(digest)s, %(uid)s, now() at time zone 'UTC', %(uid)s, now() at time zone 'UTC')
                   ON CONFLICT (user_id, key) DO NOTHING RETURNING id""",
                key=key,
                method=method,
                uid=self.env.uid,
                digest=digest,
            )
        )
        row = self.env.cr.fetchone()
        return self.sudo().browse(row and row[0])

    def _replay(self, key: str, digest: str) -> object:
        row = self.sudo().search([("user_id", "=", self.env.uid), ("key", "=", key)])
        if row.digest != digest:
            raise UserError(
                self.env._(
                    "The key “%s” was used for another call. Choose a new key for each"
                    " change; repeat a call with its own key.",
                    key,
                )
            )
        return row.answer
