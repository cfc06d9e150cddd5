# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who sees and does what; and nobody ever sees a private key."""

import base64

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..models import key_store
from .common import NetworkCase

MODELS = (
    "bop.digital",
    "bop.digital.key",
    "bop.peer",
    "bop.peer.key",
    "bop.message",
    "bop.refusal",
)
USER, MANAGER = "bop_network.group_network_user", "bop_network.group_network_manager"


@tagged("post_install", "-at_install")
class TestAccess(NetworkCase):
    """Rights are checked on the server, whatever a client sends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nobody = cls.make_user("nobody", "base.group_user")
        cls.user = cls.make_user("reader", f"base.group_user,{USER}")
        cls.manager = cls.make_user("manager", f"base.group_user,{MANAGER}")
        cls.sent = cls.to_west._send(type="urn:test", subject="s-1", body=b"<a/>")
        cls.sent._try_to_send(None)

    @classmethod
    def make_user(cls, login, groups):
        """Return a user of East Trading."""
        return new_test_user(
            cls.env,
            login=f"network_{login}",
            groups=groups,
            company_id=cls.east.id,
            company_ids=[Command.set(cls.east.ids)],
        )

    def test_others_see_nothing(self):
        for model in MODELS:
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.nobody).search([])

    def test_users_see_their_own_companies(self):
        for model in MODELS[:-1]:
            own = self.env[model].with_user(self.user).search([])
            self.assertTrue(own, model)
            self.assertEqual(own.sudo().company_id, self.east, model)
        other = self.env["bop.message"].search([("company_id", "=", self.west.id)])
        with self.assertRaises(AccessError):
            other.with_user(self.user).read(["subject"])

    @mute_logger("odoo.models.unlink")
    def test_users_change_nothing(self):
        for record in (self.sent, self.to_west, self.to_west.digital_id):
            mine = record.with_user(self.user)
            with self.assertRaises(AccessError):
                mine.write({"company_id": self.east.id})
            with self.assertRaises(AccessError):
                mine.unlink()
            with self.assertRaises(AccessError):
                mine.create({})

    def test_users_run_no_action(self):
        message = self.sent.with_user(self.user)
        peer = self.to_west.with_user(self.user)
        digital = self.to_west.digital_id.with_user(self.user)
        for action in (
            message.action_retry,
            message.action_cancel,
            message.action_skip,
            peer.action_suspend,
            peer.action_resume,
            digital.action_new_key,
            digital.key_ids.action_revoke,
        ):
            with self.assertRaises(AccessError):
                action()
        with self.assertRaises(AccessError):
            peer.bop_confirm(self.to_west.fingerprint)
        with self.assertRaises(AccessError):
            peer.browse().bop_pair({}, 1)

    def test_administrators_say_what_a_partner_may_but_not_who_it_is(self):
        peer = self.to_west.with_user(self.manager)
        peer.write({"may_order": True, "endpoint": "https://west.example"})
        for values in (
            {"state": "confirmed"},
            {"identifier": "x"},
            {"key_ids": [Command.clear()]},
            {"digital_id": self.to_west.digital_id.id},
            {"known_key_id": False},
            {"may_bill": True, "last_seen": False},
        ):
            with self.assertRaisesRegex(UserError, "cannot be edited"):
                peer.write(values)
        self.assertFalse(peer.may_bill)
        with self.assertRaises(AccessError):
            peer.create({"name": "Forged", "state": "confirmed"})

    def test_administrators_write_no_message(self):
        with self.assertRaises(AccessError):
            self.sent.with_user(self.manager).write({"state": "processed"})
        with self.assertRaises(AccessError):
            self.sent.with_user(self.manager).create({})

    def test_the_name_of_a_digital_stays(self):
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            self.to_west.digital_id.with_user(self.manager).identifier = "other"
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            self.to_west.digital_id.sudo().identifier = "other"

    def test_administrators_see_whom_their_companies_refused(self):
        peers = (self.to_west, self.to_east, self.env["bop.peer"])
        ours, theirs, nobodys = self.env["bop.refusal"].create(
            [{"reason": "x", "peer_id": peer.id} for peer in peers]
        )
        seen = self.env["bop.refusal"].with_user(self.manager).search([])
        self.assertIn(ours, seen.sudo())
        self.assertIn(nobodys, seen.sudo())
        self.assertNotIn(theirs, seen.sudo())

    def test_the_settings_switch_a_company_on_and_off(self):
        company = self.env["res.company"].create({"name": "Third"})
        settings = self.env["res.config.settings"].with_company(company)
        digitals = self.env["bop.digital"].search([("company_id", "=", company.id)])
        settings.create({}).execute()
        self.assertFalse(digitals.search([("company_id", "=", company.id)]))
        settings.create({"bop_is_live": True}).execute()
        digital = digitals.search([("company_id", "=", company.id)])
        self.assertTrue(digital.is_live)
        settings.create({"bop_is_live": False}).execute()
        self.assertFalse(digital.is_live)
        action = settings.create({}).action_bop_digital()
        self.assertEqual(action["res_id"], digital.id)

    def test_company_of_a_digital_is_one_of_the_users_own(self):
        third = self.env["res.company"].create({"name": "Third"})
        with self.assertRaises(AccessError):
            self.env["bop.digital"].with_user(self.manager).create(
                {"company_id": third.id, "endpoint": "https://third.example"}
            )


@tagged("post_install", "-at_install")
class TestSecrets(NetworkCase, HttpCase):
    """No private key leaves the server by any way."""

    def setUp(self):
        super().setUp()
        key = self.to_west.digital_id.key_ids[:1]
        secret = key_store.get(self.cr, key.id)
        sent = self.to_west._send(type="urn:test", subject="s-1", body=b"<a/>")
        sent._try_to_send(None)
        self.forms = {
            secret.hex(),
            base64.b64encode(secret).decode(),
            base64.urlsafe_b64encode(secret).decode(),
            repr(secret),
        }

    def assert_no_secret(self, shown):
        """Expect none of the ways to write the key in an answer."""
        text = str(shown)
        self.assertGreater(len(text), 2)
        for form in self.forms:
            self.assertNotIn(form, text)

    def test_no_field_of_any_model_holds_it(self):
        for name in MODELS:
            model = self.env[name].sudo()
            records = model.search([])
            fields = list(model.fields_get())
            self.assert_no_secret(records.read() or "nothing")
            self.assert_no_secret(records.export_data(fields)["datas"] or "nothing")
            self.assertFalse([field for field in fields if "secret" in field])
            self.assertFalse([field for field in fields if "private" in field])

    def test_no_model_reads_its_table(self):
        tables = {model._table for model in self.env.registry.values()}
        self.assertNotIn("bop_network_secret", tables)

    def test_an_administrator_gets_none_over_json_2(self):
        user = self.env.ref("base.user_admin")
        user.company_ids |= self.east | self.west
        key = (
            self.env["res.users.apikeys"]
            .with_user(user)
            ._generate("rpc", "secrets", self.env.cr.now().replace(year=9998))
        )
        context = {"allowed_company_ids": (self.east | self.west).ids}
        for model in MODELS[:-1]:
            answer = self.url_open(
                f"/json/2/{model}/search_read",
                json={"domain": [], "context": context},
                headers={"Authorization": f"bearer {key}"},
            )
            self.assertEqual(answer.status_code, 200, answer.text)
            self.assertTrue(answer.json())
            self.assert_no_secret(answer.text)

    def test_the_invitation_holds_none(self):
        self.assert_no_secret(self.to_west.digital_id.bop_invitation())

    def test_a_revoked_key_is_destroyed(self):
        key = self.to_west.digital_id.key_ids[:1]
        key.action_revoke()
        self.assertIsNone(key_store.get(self.cr, key.id))

    def test_a_copy_of_the_database_is_silent(self):
        for query in get_neutralization_queries(["bop_network"]):
            self.cr.execute(query)
        self.env.invalidate_all()
        self.assertFalse(self.to_west.digital_id.is_live)
        key = self.to_west.digital_id._current_key()
        self.assertIsNone(key_store.get(self.cr, key.id))
