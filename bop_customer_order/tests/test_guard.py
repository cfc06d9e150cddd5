# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a contract says cannot be changed through the ORM, whoever tries, in whatever
way.
"""

import psycopg2

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .guard_common import GuardCase

#: Context keys with which Odoo or an addon lets code pass a check of its own.
PASSES = (
    "force",
    "skip_procurement",
    "disable_cancel_warning",
    "bop_capability",
    "install_mode",
    "import_file",
    "no_check",
)


@tagged("post_install", "-at_install")
class TestGuard(GuardCase):
    # === TERMS ===#
    def test_nobody_can_change_a_term_of_the_header(self):
        names = [*self.order._contract_term_fields(), "state", "signed_by"]
        for login, order in self._people(self.order):
            for name in names:
                with self.subTest(login=login, field=name):
                    value = self._other_value(self.order, name)
                    self._assert_refused(
                        self.order,
                        lambda order=order, vals={name: value}: order.write(vals),
                        self._label(order, name),
                    )

    def test_nobody_can_change_a_term_of_a_position(self):
        details = {"product_custom_attribute_value_ids"}
        for login, line in self._people(self.line):
            for name in set(line._contract_term_fields()) - details:
                with self.subTest(login=login, field=name):
                    value = self._other_value(self.line, name)
                    self._assert_refused(
                        self.order,
                        lambda line=line, vals={name: value}: line.write(vals),
                        self._label(line, name),
                    )

    def test_writing_what_is_there_already_is_no_change(self):
        self.order.write(
            {
                "note": self.order.note,
                "partner_id": self.partner.id,
                "date_order": self.order.date_order,
            }
        )
        self.line.write(
            {
                "product_uom_qty": 10,
                "tax_ids": [Command.set(self.tax.ids)],
                "product_id": self.desk.id,
            }
        )
        self.assertEqual(self.line.product_uom_qty, 10)

    def test_totals_and_statuses_cannot_be_written_by_hand(self):
        for record, name in (
            (self.order, "amount_total"),
            (self.order, "amount_tax"),
            (self.order, "business_status"),
            (self.line, "price_subtotal"),
            (self.line, "qty_invoiced"),
        ):
            with self.subTest(field=name):
                value = self._other_value(record, name)
                self._assert_refused(
                    self.order,
                    lambda record=record, vals={name: value}: record.sudo().write(vals),
                    self._label(record, name),
                )

    def test_no_context_opens_a_contract(self):
        for key in PASSES:
            with self.subTest(key=key):
                order = self.order.with_context(**{key: True})
                self._assert_refused(
                    self.order,
                    lambda order=order: order.write({"client_order_ref": "x"}),
                )
        token = {
            "bop_capability": f",sale.order:{self.order.id},",
            "bop.capability": f",system,sale.order:{self.order.id},",
        }
        self._assert_refused(
            self.order,
            lambda: self.order.with_context(**token).write({"client_order_ref": "x"}),
        )

    # === LINES ===#
    def test_no_line_can_be_added(self):
        values = {"product_id": self.lamp.id, "product_uom_qty": 1}
        other = self._make_order((self.lamp, 1), confirm=False)
        for login, order in self._people(self.order):
            lines = order.env["sale.order.line"]
            attempts = {
                "create": lambda order=order, lines=lines: lines.create(
                    {**values, "order_id": order.id}
                ),
                "command": lambda order=order: order.write(
                    {"order_line": [Command.create(values)]}
                ),
                "default": (
                    lambda order=order, lines=lines: lines.with_context(
                        default_order_id=order.id
                    ).create(values)
                ),
                "note": lambda order=order, lines=lines: lines.create(
                    {
                        "order_id": order.id,
                        "display_type": "line_note",
                        "name": "By the way",
                    }
                ),
                "link": (
                    lambda order=order: order.sudo().write(
                        {"order_line": [Command.link(other.order_line.id)]}
                    )
                ),
                "move": (
                    lambda order=order: other.sudo().order_line.write(
                        {"order_id": order.id}
                    )
                ),
            }
            for way, attempt in attempts.items():
                with self.subTest(login=login, way=way):
                    self._assert_refused(self.order, attempt, "no line can be added")

    def test_no_line_can_be_removed(self):
        other = self._make_order((self.lamp, 1), confirm=False)
        for login, order in self._people(self.order):
            line = self.line.with_env(order.env)
            attempts = {
                "unlink": line.unlink,
                "command": lambda order=order, line=line: order.write(
                    {"order_line": [Command.delete(line.id)]}
                ),
                "clear": lambda order=order: order.write(
                    {"order_line": [Command.clear()]}
                ),
                "away": lambda line=line: line.write({"order_id": other.id}),
            }
            for way, attempt in attempts.items():
                with self.subTest(login=login, way=way):
                    self._assert_refused(self.order, attempt)

    def test_a_section_or_note_cannot_be_removed_although_odoo_allows_it(self):
        order = self._make_order((self.desk, 1), confirm=False)
        note = self.env["sale.order.line"].create(
            {"order_id": order.id, "display_type": "line_note", "name": "Ring twice"}
        )
        order.action_confirm()
        self._assert_refused(order, note.unlink, "Ring twice")

    def test_a_price_cannot_be_computed_anew(self):
        self.desk.list_price = 222
        self.desk.taxes_id = [Command.clear()]
        for login, order in self._people(self.order):
            with self.subTest(login=login):
                self._assert_refused(self.order, order.sudo(False).action_update_prices)
                self._assert_refused(self.order, order.action_update_taxes)

    def test_odoos_wizard_cannot_give_a_discount(self):
        values = {
            "sale_order_id": self.order.id,
            "discount_type": "amount",
            "discount_amount": 50,
        }
        wizard = self.env["sale.order.discount"].create(values)
        self._assert_refused(self.order, wizard.action_apply_discount)

    def test_a_custom_value_of_a_position_cannot_be_changed(self):
        order, value = self._make_customized_order()
        attempts = (
            lambda: value.write({"custom_value": "Ada"}),
            value.unlink,
            lambda: value.copy({"sale_order_line_id": order.order_line.id}),
        )
        before = self._facts(order)
        for attempt in attempts:
            with (
                self.assertRaises(psycopg2.IntegrityError) as caught,
                mute_logger("odoo.sql_db"),
            ):
                attempt()
                self.env.flush_all()
            self.assertIn(order.name, order._sql_error_to_message(caught.exception))
            self.assertEqual(self._facts(order), before)
        nested = [Command.update(value.id, {"custom_value": "Ada"})]
        self._assert_refused(
            order,
            lambda: order.order_line.write(
                {"product_custom_attribute_value_ids": nested}
            ),
        )

    # === BUTTONS ===#
    def test_odoos_buttons_do_not_reopen_or_cancel_a_contract(self):
        buttons = {
            "action_cancel": "Cancel",
            "action_draft": "Set to Quotation",
            "action_unlock": "Unlock",
            "_action_cancel": "Cancel",
        }
        for login, order in self._people(self.order):
            for button, label in buttons.items():
                with self.subTest(login=login, button=button):
                    self._assert_refused(self.order, getattr(order, button), label)

    def test_mass_cancel_refuses_all_when_one_is_a_contract(self):
        quotation = self._make_order((self.lamp, 1), confirm=False)
        wizard = self.env["sale.mass.cancel.orders"].create(
            {"sale_order_ids": [Command.set((quotation | self.order).ids)]}
        )
        self._assert_refused(self.order, wizard.action_mass_cancel, "Cancel")
        self.assertEqual(quotation.state, "draft")

    def test_a_contract_cannot_be_deleted(self):
        for login, order in self._people(self.order):
            with self.subTest(login=login):
                self._assert_refused(self.order, order.unlink, "deleted")

    def test_a_superseded_order_can_neither_be_edited_nor_reopened_nor_deleted(self):
        successor = self._change(self.order, {self.desk: 11})
        for attempt in (
            lambda: self.order.write({"client_order_ref": "x"}),
            lambda: self.line.write({"product_uom_qty": 1}),
            self.order.action_draft,
            self.order.action_cancel,
            self.order.unlink,
            lambda: self.order.write({"state": "sale"}),
        ):
            self._assert_refused(self.order, attempt, successor.name)

    def test_an_order_cancelled_by_agreement_can_neither_be_reopened_nor_deleted(self):
        self.assertEqual(
            self._change(self.order, {self.desk: 0, self.chair: 0}), self.order
        )
        self.assertEqual(self.order.business_status, "cancelled")
        for attempt in (
            self.order.action_draft,
            self.order.unlink,
            lambda: self.order.write({"state": "sale"}),
        ):
            self._assert_refused(self.order, attempt, way="make a new order")

    def test_who_may_not_see_the_successor_still_learns_its_number(self):
        successor = self._change(self.order, {self.desk: 11})
        successor.user_id = self.sales_manager
        self.env.invalidate_all()
        order = self.order.with_user(self.salesman)
        self._assert_refused(
            self.order, lambda: order.write({"client_order_ref": "x"}), successor.name
        )

    # === OTHER DOORS ===#
    def test_the_older_of_two_tabs_cannot_save_over_a_confirmed_order(self):
        order = self._make_order(
            (self.desk, 3), confirm=False, user_id=self.salesman.id
        )
        tab = order.with_user(self.salesman)
        stale = {
            "client_order_ref": "stale",
            "order_line": [
                Command.update(order.order_line.id, {"product_uom_qty": 30})
            ],
        }
        order.action_confirm()
        self._assert_refused(order, lambda: tab.web_save(stale, {"name": {}}))

    def test_the_tab_of_an_offer_cannot_save_over_the_successor(self):
        request = self._change(self.order, {self.desk: 11}, apply=False)
        tab = request.offer_id.with_user(self.salesman)
        request._apply()
        self._assert_refused(
            tab.sudo(),
            lambda: tab.web_save({"client_order_ref": "stale"}, {"name": {}}),
        )

    def test_an_import_cannot_change_a_contract(self):
        before = self._facts(self.order)
        line = [str(self.order.id), str(self.line.id), "77"]
        for fields, row in (
            ([".id", "client_order_ref"], [str(self.order.id), "imported"]),
            ([".id", "order_line/.id", "order_line/product_uom_qty"], line),
        ):
            for login, order in self._people(self.order):
                with self.subTest(login=login, fields=fields):
                    result = order.env["sale.order"].load(fields, [row])
                    self.assertFalse(result["ids"])
                    self.assertIn(self.order.name, result["messages"][0]["message"])
                    self.assertEqual(self._facts(self.order), before)

    def test_a_server_action_cannot_change_a_contract(self):
        model = self.env["ir.model"]._get("sale.order")
        for code in (
            "records.write({'client_order_ref': 'x'})",
            "records.sudo().action_draft()",
            "records.unlink()",
        ):
            with self.subTest(code=code):
                values = {
                    "name": "Try",
                    "model_id": model.id,
                    "state": "code",
                    "code": code,
                }
                action = self.env["ir.actions.server"].create(values)
                run = action.with_context(
                    active_model="sale.order", active_ids=self.order.ids
                ).run
                self._assert_refused(self.order, run)

    def test_a_copy_of_a_contract_is_a_plain_quotation(self):
        copy = self.order.copy()
        self.assertEqual(
            (copy.state, copy.is_contract, copy.predecessor_id, copy.contract_version),
            ("draft", False, copy.browse(), 1),
        )
        self.assertFalse(
            set(copy.order_line.mapped("position_uid"))
            & set(self.order.order_line.mapped("position_uid"))
        )
        copy.order_line[0].product_uom_qty = 99
        self.assertEqual(self.line.product_uom_qty, 10)

    def test_an_order_written_into_the_state_sale_is_a_contract_as_well(self):
        order = self._make_order((self.desk, 3), confirm=False)
        order.write({"state": "sale"})
        self.assertTrue(order.is_contract)
        self.assertTrue(order._contract_seals())
        created = self.env["sale.order"].create(
            {"partner_id": self.partner.id, "state": "sale"}
        )
        self.assertTrue(created.is_contract)


@tagged("post_install", "-at_install")
class TestSystemFields(GuardCase):
    """The place of an order in its chain, and what is a term, is decided by this addon
    alone.
    """

    def _forbidden(self, record):
        return {
            name: self._other_value(record, name)
            for name in record._contract_system_fields()
        }

    def test_nobody_writes_them_on_any_order(self):
        draft = self._make_order((self.desk, 1), confirm=False)
        for record in (self.order, self.line, draft, draft.order_line):
            for name, value in self._forbidden(record).items():
                with (
                    self.subTest(record=record, field=name),
                    self.assertRaisesRegex(UserError, "set by the system"),
                ):
                    record.sudo().write({name: value})

    def test_nobody_creates_or_copies_a_record_with_them(self):
        for name, value in self._forbidden(self.order).items():
            with (
                self.subTest(field=name),
                self.assertRaisesRegex(UserError, "set by the system"),
            ):
                self.env["sale.order"].create(
                    {"partner_id": self.partner.id, name: value}
                )
            with (
                self.subTest(copied=name),
                self.assertRaisesRegex(UserError, "set by the system"),
            ):
                self.order.copy({name: value})
        draft = self._make_order(confirm=False)
        for name, value in self._forbidden(self.line).items():
            with (
                self.subTest(field=name),
                self.assertRaisesRegex(UserError, "set by the system"),
            ):
                draft.order_line = [
                    Command.create({"product_id": self.desk.id, name: value})
                ]

    def test_a_default_of_the_client_does_not_reach_them(self):
        header = {
            f"default_{name}": value
            for name, value in self._forbidden(self.order).items()
        }
        line = {
            f"default_{name}": value
            for name, value in self._forbidden(self.line).items()
        }
        for name, value in self._forbidden(self.order).items():
            if not isinstance(value, (int, bool)) or name in (
                "accepted_by",
                "predecessor_id",
                "successor_id",
                "root_id",
            ):
                continue
            self.env["ir.default"].set("sale.order", name, value)
        values = {
            "partner_id": self.partner.id,
            "order_line": [Command.create({"product_id": self.desk.id})],
        }
        defaults = {**header, **line}
        order = self.env["sale.order"].with_context(**defaults).create(values)
        self.assertEqual(
            [
                order[name]
                for name in (
                    "is_contract",
                    "contract_version",
                    "predecessor_id",
                    "root_id",
                    "accepted_by",
                )
            ],
            [False, 1, order.browse(), order.browse(), self.env["res.users"]],
        )
        self.assertFalse(order.order_line.is_execution)
        self.assertFalse(order.order_line.predecessor_line_id)
        self.assertEqual(len(order.order_line.position_uid), 32)

    def test_a_line_smuggled_in_as_execution_line_is_refused(self):
        lines = self.env["sale.order.line"].with_context(
            default_is_execution=True, default_order_id=self.order.id
        )
        self._assert_refused(
            self.order,
            lambda: lines.create({"product_id": self.lamp.id}),
            "no line can be added",
        )

    def test_the_caller_keeps_the_values_it_creates_with(self):
        values = {
            "order_id": self._make_order(confirm=False).id,
            "product_id": self.desk.id,
        }
        kept = dict(values)
        lines = self.env["sale.order.line"].create(values) | self.env[
            "sale.order.line"
        ].create(values)
        self.assertEqual(len(lines), 2)
        self.assertEqual(values, kept)


@tagged("post_install", "-at_install")
class TestOffers(GuardCase):
    """An offer can be edited like any quotation, but it comes into force by succession
    alone.
    """

    def setUp(self):
        super().setUp()
        self.request = self._change(self.order, {self.desk: 11}, apply=False)
        self.offer = self.request.offer_id

    def test_an_offer_cannot_be_written_into_force(self):
        with self.assertRaisesRegex(UserError, "Apply the change"):
            self.offer.sudo().write({"state": "sale"})
        self.assertFalse(self.offer.is_contract)
        self.assertTrue(self.request.is_open)

    def test_a_position_of_an_offer_cannot_move_to_another_order(self):
        other = self._make_order((self.lamp, 1), confirm=False)
        with self.assertRaisesRegex(UserError, "cannot be moved"):
            self.offer.order_line[0].write({"order_id": other.id})
        self.assertEqual(self.offer.order_line[0].order_id, self.offer)

    def test_a_deleted_offer_closes_its_request_and_leaves_the_order_alone(self):
        before = self._facts(self.order)
        self.offer.unlink()
        self.assertEqual(self.request.state, "withdrawn")
        with self.assertRaisesRegex(UserError, "closed already"):
            self.request.action_apply()
        self.assertEqual(self._facts(self.order), before)
        self.assertFalse(self.order.change_pending)

    def test_an_offer_in_another_currency_cannot_be_applied(self):
        currency = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search([("id", "!=", self.order.currency_id.id)], limit=1)
        )
        currency.active = True
        self.offer.pricelist_id = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": currency.id}
        )
        self._assert_refused(
            self.order, self.request.action_apply, "currency", way="new order"
        )
        self.assertFalse(self.order.successor_id)

    def test_an_offer_for_an_order_of_the_shop_is_not_the_cart_of_its_customer(self):
        self._need("website_sale")
        self.request.action_withdraw()
        self.order.website_id = website = self.env["website"].search([], limit=1)
        request = self._change(self.order, {self.desk: 11}, apply=False)
        self.assertFalse(request.offer_id.website_id)
        self.assertEqual(request._apply().website_id, website)

    def test_the_engine_heeds_no_context_of_the_client(self):
        hostile = {
            "skip_procurement": True,
            "default_state": "cancel",
            "default_is_execution": True,
        }
        successor = self.request.with_context(**hostile)._apply()
        moves = successor.picking_ids.move_ids.filtered(
            lambda move: move.product_id == self.desk
        )
        self.assertEqual(sum(moves.mapped("product_uom_qty")), 11)
        self.assertEqual(successor.state, "sale")

    def test_a_request_cannot_be_written_made_copied_or_deleted_by_hand(self):
        requests = self.env["sale.change.request"].sudo()
        for attempt in (
            lambda: self.request.sudo().write({"state": "applied"}),
            lambda: self.request.sudo().write({"offer_id": self.order.id}),
            lambda: self.request.sudo().write({"successor_id": self.order.id}),
            lambda: requests.create(
                {"order_id": self.order.id, "company_id": self.company.id}
            ),
            self.request.sudo().copy,
            self.request.sudo().unlink,
        ):
            with self.assertRaises(UserError):
                attempt()
            self.assertEqual(
                (self.request.state, self.request.offer_id), ("draft", self.offer)
            )


@tagged("post_install", "-at_install", "bop_apps")
class TestColumns(GuardCase):
    """No column that another app has added changes what an order says."""

    def test_no_column_of_the_order_changes_what_it_says(self):
        self._assert_columns_say_nothing(self.order)

    def test_no_column_of_a_position_changes_what_the_order_says(self):
        self._assert_columns_say_nothing(self.line)
