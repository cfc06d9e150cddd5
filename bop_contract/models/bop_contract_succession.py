# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from contextlib import contextmanager

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..rules.diff import LineCode, diff
from ..rules.feasibility import PositionFacts
from ..rules.header_change import HeaderFacts
from ..rules.terms import Terms
from . import succession_sql as sql
from .bop_contract_delta import Delta
from .bop_contract_link import MOVE
from .capability import SYSTEM, contract_token, hold


class BopContractSuccession(models.AbstractModel):
    """Applying a change: parity, then delta.

    The offer first becomes the exact equal of its predecessor, with everything that was
    delivered, billed, produced and purchased moved over; then the difference is
    replayed on it through Odoo's own hooks, as if someone had changed a confirmed
    order.
    """

    _inherit = "bop.contract"

    # === WHAT A CONCRETE ORDER MODEL SAYS ===#
    @api.model
    def _contract_header_delta_fields(self) -> list[str]:
        """Header terms that an offer may change, in the order in which they are
        replayed: all but what makes it this order.
        """
        own = {"name", "company_id", "currency_id", "date_order"}
        return [name for name in self._contract_term_fields() if name not in own]

    @api.model
    def _contract_ledger(self) -> dict[str, SQL]:
        """Columns of the order that fulfilment and billing write, with their value on
        an order that has neither.
        """
        raise NotImplementedError

    @api.model
    def _contract_line_ledger(self) -> dict[str, SQL]:
        """Columns of the line that fulfilment and billing write, with their value on a
        line that has neither.
        """
        raise NotImplementedError

    def _contract_position_facts(self, offer) -> list[PositionFacts]:
        """Facts for the feasibility of turning this order into ``offer``, one per
        position of either (see ``bop_contract_facts``).
        """
        raise NotImplementedError

    def _contract_header_facts(self, offer) -> HeaderFacts:
        """Facts about what ``offer`` changes in the header of this order."""
        raise NotImplementedError

    def _contract_next_number(self) -> str:
        """A new number from the sequence of this kind of order."""
        self.ensure_one()
        today = fields.Datetime.context_timestamp(self, fields.Datetime.now())
        sequence = self.env["ir.sequence"].with_company(self.company_id)
        return sequence.next_by_code(self._name, sequence_date=today)

    def _contract_replay_lines(self, lines, previous: dict[int, float]) -> None:
        """Launch deliveries, productions and purchases for changed and new lines, once
        for all of them.

        :param previous: ordered quantity before the change, by line id
        """
        raise NotImplementedError

    def _contract_finish_successor(self, successor) -> None:
        """Hook after the replay, before the successor is sealed."""

    # === SUCCESSION ===#
    @contextmanager
    def _contract_hold(self, *orders):
        """Hold the capability to write the terms of ``orders``."""
        with hold(self.env, SYSTEM, *(contract_token(order) for order in orders)):
            yield

    def _contract_lock(self) -> None:
        """Lock the row of this order until the end of the transaction; a second session
        waits here, and then sees what the first did.

        A transaction sees the database as it was when it began. So the row is not only
        locked but written: a session that waited cannot go on with what it saw,
        PostgreSQL makes Odoo begin its call again.
        """
        self.ensure_one()
        table = SQL.identifier(self._table)
        self.env.cr.execute(
            SQL("SELECT id FROM %s WHERE id = %s FOR UPDATE", table, self.id)
        )
        self.env.cr.execute(SQL("UPDATE %s SET id = id WHERE id = %s", table, self.id))
        self.invalidate_recordset(["successor_id", "state", "is_contract"])

    def _contract_check_current(self) -> None:
        """Only the version in force can be changed.

        :raises UserError: says which order superseded it, when, and by whom
        """
        self.ensure_one()
        if self.successor_id:
            successor = self.successor_id.sudo()
            raise UserError(
                self.env._(
                    "%(order)s was changed already: %(user)s made %(successor)s of it"
                    " on %(date)s. Open %(successor)s and change that.",
                    order=self.name,
                    successor=self._contract_current().name,
                    user=successor._contract_accepter() or self.env._("someone"),
                    date=fields.Datetime.context_timestamp(
                        self, successor.accepted_at
                    ).strftime("%Y-%m-%d %H:%M"),
                )
            )
        if not self.is_contract or self.state != self._contract_live_state:
            raise UserError(
                self.env._(
                    "%s is not an accepted order in force, so there is nothing to"
                    " change. Edit or confirm it instead.",
                    self.name,
                )
            )

    def _contract_succeed(self, offer):
        """Make ``offer`` the successor of this order. All or nothing; the caller has
        checked consent and feasibility.

        :return: the order in force afterwards: the successor, or this order, cancelled,
            when the offer leaves no position
        """
        # Records that were reached through a field are read together with that field's
        # values, and invalidating empties those: without a prefetch of their own, each
        # line would be a query.
        self, offer = self.sudo().with_prefetch(), offer.sudo().with_prefetch()
        if self._contract_is_cancelled_by(offer):
            return self._contract_cancel_by_agreement(offer)
        with self._contract_hold(self, offer):
            delta, wanted = self._contract_delta(offer), offer._contract_terms()
            self._contract_reach_parity(offer)
            self._contract_hand_over(offer)
            self.env.invalidate_all()
            self._contract_check_parity(offer)
            offer._contract_replay(delta)
            self._contract_finish_successor(offer)
            self._contract_check_result(offer, wanted)
            offer._contract_seal("succession")
        return offer

    def _contract_reach_parity(self, offer) -> None:
        """Make ``offer`` say exactly what this order says, including down payments and
        other execution lines.
        """
        lines = self[self._contract_line_field]
        new = offer[offer._contract_line_field].filtered(
            lambda line: not line.predecessor_line_id
        )
        missing = lines - (offer[offer._contract_line_field] - new).predecessor_line_id
        new.unlink()
        self.env.flush_all()
        sql.clone_lines(missing, offer, {})
        sql.take_over_lines(offer, lines, self._contract_line_own_columns())
        self._contract_complete_lines(offer)
        sql.take_over_header(
            offer,
            self,
            [*self._contract_header_delta_fields(), *self._contract_uncopied_columns()],
        )
        self.env.invalidate_all()
        offer._contract_copy_details(missing)
        offer.write(self._prepare_successor_vals(offer))

    @api.model
    def _contract_line_own_columns(self) -> set[str]:
        """Columns of an offer line that its predecessor line does not overwrite."""
        lines = self._contract_line_model()
        snapshot = {"superseded_delivered", "superseded_billed"}
        return {
            lines._contract_order_field,
            "predecessor_line_id",
            "sequence",
            *self._contract_line_references(),
            *snapshot,
        }

    @api.model
    def _contract_uncopied_columns(self) -> list[str]:
        """Columns of the header that a copy does not take along, but a successor does:
        what fulfilment and billing left there.
        """
        own = {
            "name",
            "state",
            "business_status",
            "access_token",
            "signature",
            "signed_by",
            "signed_on",
            "accepted_by",
        }
        own.update(self._contract_system_fields())
        return [
            f.name
            for f in self._fields.values()
            if f.store
            and f.column_type
            and not f.copy
            and f.name not in own | sql.LOG_COLUMNS
        ]

    def _prepare_successor_vals(self, offer) -> dict[str, object]:
        """What the successor has of its own: number, place in the chain, date of
        acceptance.
        """
        self.ensure_one()
        return {
            "name": self._contract_next_number(),
            "root_id": self._contract_root().id,
            "contract_version": self.contract_version + 1,
            "accepted_at": fields.Datetime.now(),
            "accepted_by": self.env.uid,
        }

    def _contract_hand_over(self, offer) -> None:
        """Move everything that hangs on this order to ``offer`` and close this order,
        below the ORM: no hook of any addon runs.
        """
        links = self._contract_link_registry().values()
        self.env.flush_all()
        sql.move_links(self, offer, links)
        self._contract_move_activities(offer)
        self._contract_close(offer)
        offer._contract_put_in_force()

    def _contract_close(self, successor) -> None:
        """Leave this order as history: what it had delivered and billed is kept as a
        snapshot, and it has nothing of its own any more.
        """
        lines = self._contract_line_model()
        values = {
            "superseded_delivered": SQL.identifier(lines._contract_delivered_field),
            "superseded_billed": SQL.identifier(lines._contract_billed_field),
            **self._contract_line_ledger(),
            **self._contract_line_state(SQL("'cancel'")),
            "position_status": SQL("'superseded'"),
            "position_billing": SQL.identifier("position_billing"),
        }
        sql.set_line_columns(self.env.cr, lines, self, values)
        self._contract_set_columns(
            {
                **self._contract_ledger(),
                "state": SQL("'cancel'"),
                "business_status": SQL("'superseded'"),
                "successor_id": SQL("%s", successor.id),
            }
        )

    def _contract_put_in_force(self) -> None:
        """Write the live state directly: confirming would deliver and bill anew."""
        live = SQL("%s", self._contract_live_state)
        lines = self._contract_line_model()
        if values := self._contract_line_state(live):
            sql.set_line_columns(self.env.cr, lines, self, values)
        self._contract_set_columns(
            {
                "state": live,
                "is_contract": SQL("true"),
                "business_status": SQL("'active'"),
            }
        )

    def _contract_set_columns(self, values: dict[str, SQL]) -> None:
        assignments = SQL(", ").join(
            SQL("%s = %s", SQL.identifier(name), value)
            for name, value in values.items()
        )
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE id = %s",
                SQL.identifier(self._table),
                assignments,
                self.id,
            )
        )

    def _contract_move_activities(self, offer) -> None:
        """What people still have to do, they have to do for the successor. Messages and
        files stay: they are history.
        """
        self.env.cr.execute(
            SQL(
                "UPDATE mail_activity SET res_id = %s WHERE res_model = %s AND res_id ="
                " %s AND active",
                offer.id,
                self._name,
                self.id,
            )
        )
        followers = self.message_partner_ids
        offer.message_subscribe(followers.ids)

    def _contract_check_parity(self, offer) -> None:
        """Make sure that nothing was lost or counted twice: nothing points to this
        order any more, and the quantities are equal.

        :raises ValidationError: names what is left; the transaction is rolled back
        """
        left = [
            f"{link.model}.{link.field}"
            for link in self._contract_link_registry().values()
            if link.action == MOVE and sql.is_linked(self, link)
        ]
        old, new = self[self._contract_line_field], offer[offer._contract_line_field]
        moved = {line.predecessor_line_id: line for line in new}
        left += [
            line.display_name
            for line in old
            if line not in moved
            or line.superseded_delivered != moved[line][line._contract_delivered_field]
            or line.superseded_billed != moved[line][line._contract_billed_field]
        ]
        if left:
            raise ValidationError(
                self.env._(
                    "%(order)s could not be changed, and nothing was: %(left)s cannot"
                    " follow it.",
                    order=self.name,
                    left=", ".join(left),
                )
            )

    def _contract_replay(self, delta: Delta) -> None:
        """Do to the successor what the offer wanted, through Odoo's own hooks, with one
        launch for all lines.
        """
        if delta.header:
            self._contract_replay_header(delta.header)
        if not (delta.update or delta.create):
            return
        lines = self[self._contract_line_field]
        successors = {
            line.predecessor_line_id.id: line
            for line in lines
            if line.predecessor_line_id
        }
        changed = {
            successors[line_id]: values for line_id, values in delta.update.items()
        }
        previous = {line.id: line[line._contract_quantity_field] for line in changed}
        commands = [Command.update(line.id, values) for line, values in changed.items()]
        commands += [
            Command.create({**values, "position_since": self.accepted_at})
            for values in delta.create
        ]
        self.with_context(skip_procurement=True, sale_no_log_for_new_lines=True).write(
            {self._contract_line_field: commands}
        )
        new = self[self._contract_line_field] - lines
        previous.update(dict.fromkeys(new.ids, 0.0))
        self._contract_replay_lines(lines.browse(previous), previous)

    def _contract_replay_header(self, values: dict[str, object]) -> None:
        """Write the header terms; what Odoo derives anew from one of them is set back
        to what stood in the offer.
        """
        before = {
            name: self[name]
            for name in self._contract_header_delta_fields()
            if name not in values
        }
        self.write(values)
        derived = {name: value for name, value in before.items() if self[name] != value}
        if derived:
            self.write(
                {
                    name: self._fields[name].convert_to_write(value, self)
                    for name, value in derived.items()
                }
            )

    def _contract_check_result(self, successor, wanted: Terms) -> None:
        """Make sure that the successor says what the offer said, before it is sealed.

        Positions that were split or replaced have other ids; they are left to the
        conservation of quantities.

        :raises ValidationError: names what would differ; the transaction is rolled back
        """
        result = diff(wanted, successor._contract_terms())
        changed = {change.field for change in result.header}
        changed |= {
            f"{line.label}: {change.field}"
            for line in result.lines
            if line.code == LineCode.CHANGED
            and not self._contract_is_split(successor, line.uid)
            for change in line.changes
        }
        if changed:
            raise ValidationError(
                self.env._(
                    "%(order)s could not be changed, and nothing was: the successor"
                    " would not say what was offered (%(terms)s).",
                    order=self.name,
                    terms=", ".join(sorted(changed)),
                )
            )

    def _contract_is_split(self, successor, uid: str) -> bool:
        """Whether the open rest of a position, or another product instead of it, is a
        new position of ``successor``.
        """
        lines = successor._contract_lines()
        new = lines.filtered(
            lambda line: not line.predecessor_line_id and line.split_from_uid == uid
        )
        return bool(new)

    # === CANCELLATION ===#
    def _contract_cancel_by_agreement(self, offer):
        """Quantity 0 everywhere: the order is cancelled and has no successor (S2.11).
        The offer has served its purpose.
        """
        with self._contract_hold(self):
            self._contract_cancel()
            self._contract_seal("cancellation")
        offer.unlink()
        return self

    def _contract_cancel(self) -> None:
        """Cancel with Odoo's own cancellation: open deliveries and draft invoices go
        too.
        """
        raise NotImplementedError
