# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whatever both sides do, and in whatever order their messages arrive: in the end they
hold the same contract.

``BOP_SEQUENCES`` sets the number of lives of a contract, ``BOP_SEED`` makes other ones.
"""

import os
import random

from odoo.exceptions import UserError
from odoo.tests import tagged

from .flow_common import FlowCase

ACTS = 20
SAME = ("state", "version", "agreed_hash", "open_message", "open_by")


@tagged("post_install", "-at_install")
class TestFlowRandom(FlowCase):
    def test_both_sides_agree_in_the_end_whatever_happens(self):
        first = int(os.environ.get("BOP_SEED", "1"))
        for number in range(first, first + int(os.environ.get("BOP_SEQUENCES", "10"))):
            with self.subTest(seed=number), self.cr.savepoint() as savepoint:
                pair, twin = self._live(random.Random(number))
                told = "\n".join(self.trail)
                self.assertEqual(self._stand(pair), self._stand(twin), told)
                self.assertFalse(self._unexplained(), told)
                savepoint.rollback()
            self.env.invalidate_all(flush=False)

    def _stand(self, pair):
        return [pair[name] for name in SAME]

    def _unexplained(self):
        """What went wrong with a message, or has not come to its end."""
        ends = ("sent", "processed")
        found = self.env["bop.message"].search([("state", "not in", ends)])
        return found.mapped(lambda message: message.error or message.state)

    def _live(self, chance):
        """Let both sides act and messages arrive, then everything come to rest.

        :return: how the contract stands on both sides
        """
        self.trail = []
        if chance.random() < 0.7:
            bought, _sold = self.agreed()
        else:
            bought = self.order()
        for _act in range(ACTS):
            if chance.random() < 0.5:
                self._carry(chance.choice((self.east, self.west)))
            else:
                self._act(bought, chance.choice(("customer", "supplier")), chance)
        self.run_network()
        return self._pair(bought, "customer"), self._pair(bought, "supplier")

    def _carry(self, company):
        """Let the oldest message of a company arrive and take effect."""
        others = self.env["bop.peer"].search([("company_id", "!=", company.id)])
        messages = self.env["bop.message"].sudo()
        if message := messages._next_to_send(set(others.ids)):
            message._try_to_send(None)
            self.trail.append(f"{company.name}: {message.display_name} arrives")
            while arrived := messages._next_to_process():
                arrived._process()

    def _pair(self, bought, role):
        return self.env["bop.contract.pair"].search(
            [("uuid", "=", bought.pair_id.uuid), ("role", "=", role)]
        )

    def _act(self, bought, role, chance):
        """Let somebody on one side do something that makes sense there now."""
        pair = self._pair(bought, role)
        if not pair or pair.state in ("rejected", "cancelled"):
            return
        order = pair._current_order()
        order = order.with_company(order.company_id)
        request = order._contract_open_request()
        name = chance.choice(self._choices(pair, request))
        try:
            with self.cr.savepoint():
                getattr(self, f"_act_{name}")(order, request, chance.randint(9, 11))
                self.env.flush_all()
        except UserError as error:
            self.env.invalidate_all()
            self.trail.append(f"{role}: {name} is refused: {error}")
        else:
            self.trail.append(f"{role}: {name}")

    def _choices(self, pair, request):
        sells = pair.role == "supplier"
        if request and request.is_to_answer:
            return ["accept", "refuse", *["counter"] * 2, *["cancel"] * 2]
        if request:
            return ["withdraw"]
        if pair.state == "ordered" and sells:
            return ["accept_order", "accept_order", "refuse_order"]
        if pair.state == "ordered":
            return ["wait"] * 5 + ["take_back"]
        return ["propose"] * 4 + ["cancel"]

    def _act_wait(self, _order, _request, _quantity):
        """Nothing happens."""

    def _act_propose(self, order, _request, quantity):
        self.change(order, desk=quantity)

    def _act_cancel(self, order, _request, _quantity):
        self.cancel(order)

    def _act_counter(self, order, _request, quantity):
        self.change(order, desk=quantity)

    def _act_accept(self, order, request, _quantity):
        if order._name == "sale.order":
            order.bop_accept()
        else:
            request.action_accept_proposal()

    def _act_refuse(self, _order, request, _quantity):
        request.action_refuse_proposal("No.")

    def _act_withdraw(self, _order, request, _quantity):
        request.action_withdraw()

    def _act_accept_order(self, order, _request, _quantity):
        order.bop_accept()

    def _act_refuse_order(self, order, _request, _quantity):
        order.bop_reject("No.")

    def _act_take_back(self, order, _request, _quantity):
        order.button_cancel()
