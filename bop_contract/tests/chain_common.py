# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of every kind of order have in common: changing one, and law 2."""

from contextlib import contextmanager
from unittest.mock import patch

from lxml import etree

from odoo import Command
from odoo.exceptions import UserError
from odoo.tools.safe_eval import safe_eval


class ChainHelpers:
    """Helpers that read like what people do with the orders of a chain."""

    #: Seconds for which a request of a browser waits for another one, which compiles a
    #: bundle. Odoo gives up after 20, which is too short on a busy machine: the browser
    #: then gets a page that says so ("<!doctype ") where it wants JSON.
    test_cursor_lock_timeout = 120

    @classmethod
    def _open_books(cls, company):
        """Give a company what it needs to bill and be billed: a chart of accounts takes
        seconds to load.
        """
        env = cls.env(context={**cls.env.context, "allowed_company_ids": company.ids})
        kinds = ("asset_receivable", "liability_payable", "income", "expense")
        receivable, payable, income, expense = env["account.account"].create(
            [
                {"name": kind, "code": f"{number}000", "account_type": kind}
                for number, kind in enumerate(kinds, start=1)
            ]
        )
        company.write(
            {"income_account_id": income.id, "expense_account_id": expense.id}
        )
        for name, account in (("receivable", receivable), ("payable", payable)):
            env["ir.default"].set(
                "res.partner",
                f"property_account_{name}_id",
                account.id,
                company_id=company.id,
            )
        env["account.journal"].create(
            [
                {
                    "name": kind,
                    "code": kind[:4].upper(),
                    "type": kind,
                    "default_account_id": account.id,
                }
                for kind, account in (("sale", income), ("purchase", expense))
            ]
        )

    def _change(self, order, changes=None, new=(), header=None, apply=True):
        """Change order: {product or line: values} on its offer, plus new (product,
        quantity[, price]); apply it.

        :return: the successor, or the open request when it is not applied
        """
        request = order._contract_request_change()
        offer = request.offer_id
        quantity = offer.order_line._contract_quantity_field
        for key, values in (changes or {}).items():
            lines = offer.order_line.filtered(
                lambda line, key=key: (
                    line.predecessor_line_id == key
                    if key._name == line._name
                    else line.product_id == key
                )
            )
            lines.write(values if isinstance(values, dict) else {quantity: values})
        for item in new:
            offer.write(
                {
                    "order_line": [
                        Command.create(
                            {
                                "product_id": item[0].id,
                                quantity: item[1],
                                **({"price_unit": item[2]} if len(item) > 2 else {}),
                            }
                        )
                    ]
                }
            )
        if header:
            offer.write(header)
        return request._apply() if apply else request

    def _succeed(self, order, changes=None, new=(), header=None):
        """Change order, apply, and assert law 2: nothing delivered or billed is lost or
        counted twice.

        :return: the successor
        """
        before, documents = self._sums(order), self._documents(order)
        successor = self._change(order, changes, new, header)
        self._assert_conserved(order, successor, before, documents)
        return successor

    def _assert_conserved(self, order, successor, before, documents):
        """Sums over the chain as before, every document with the successor, none with
        the predecessor, also when Odoo computes anew.
        """
        self._assert_sums(order, before)
        self._assert_owns_nothing(order)
        found = self._documents(successor)
        for name, records in documents.items():
            self.assertFalse(
                records - found[name], f"{name} lost by the change of {order.name}"
            )
        self.env.invalidate_all()
        self._recompute_all(successor)
        self._assert_sums(order, before)

    def _assert_sums(self, order, before):
        after = self._sums(order)
        self.assertEqual({product: after[product] for product in before}, before)

    def _open_moves(self, order):
        """Moves of this order that are still to be done."""
        return order.order_line.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )

    def _offered(self, order):
        """Names of the buttons that the form offers for this order."""
        arch = etree.fromstring(order.get_view(view_type="form")["arch"])
        [values] = order.read()
        buttons = arch.iterfind(".//header//button")
        return {
            button.get("name")
            for button in buttons
            if not safe_eval(button.get("invisible") or "False", dict(values))
        }

    def _assert_closed(self, offer, acts, state):
        """What is closed is neither offered nor possible any more, and the form says
        what became of it.
        """
        request = offer.offer_request_ids
        order = request.order_id
        for act in acts:
            with (
                self.subTest(act=act),
                self.assertRaisesRegex(
                    UserError, f"not an open offer.*{state}.*on {order.name}"
                ),
                self.cr.savepoint(),
            ):
                act()
        self.env.invalidate_all()
        self.assertEqual((offer.state, order.is_contract), ("cancel", True))
        self.assertFalse(
            self._offered(offer)
            & {
                "action_review_change",
                "action_discard_offer",
                "action_confirm",
                "action_draft",
                "action_quotation_send",
                "action_rfq_send",
                "button_confirm",
                "button_draft",
            }
        )
        self.assertRegex(offer.version_notice, r"In force is$")
        self.assertEqual(offer.current_version_id, order._contract_current())
        self.assertFalse(offer.change_impact)

    def _need(self, *modules):
        """Skip when an optional app is not installed; ``test_wide`` makes sure that
        nothing is skipped where all are expected.
        """
        installed = self.env["ir.module.module"]._installed()
        if missing := [name for name in modules if name not in installed]:
            self.skipTest(f"not installed: {', '.join(missing)}")

    def _line(self, order, product):
        return order.order_line.filtered(
            lambda line: line.product_id == product and not line.is_execution
        )

    def _sums(self, order):
        """Delivered and billed quantity per product over all versions of the order."""
        lines = order._contract_chain().order_line.filtered(
            lambda line: not line.display_type
        )
        return {
            product: (
                sum(own.mapped(own._contract_delivered_field)),
                sum(own.mapped(own._contract_billed_field)),
            )
            for product in lines.product_id
            for own in [
                lines.filtered(lambda line, product=product: line.product_id == product)
            ]
        }


@contextmanager
def counting_queries(model_class, step):
    """Collect how many queries each call of a method takes."""
    counts = []
    original = getattr(model_class, step)

    def counted(records, *args):
        records.env.flush_all()
        before = records.env.cr.sql_log_count
        result = original(records, *args)
        counts.append(records.env.cr.sql_log_count - before)
        return result

    with patch.object(model_class, step, counted):
        yield counts
