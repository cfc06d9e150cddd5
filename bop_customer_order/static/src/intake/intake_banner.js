// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, onMounted, onWillStart, onWillUnmount, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {deserializeDateTime} from "@web/core/l10n/dates";
import {formatMonetary} from "@web/views/fields/formatters";
import {user} from "@web/core/user";
import {useService} from "@web/core/utils/hooks";

const NOTIFICATION = "bop_intake";

/**
 * How much is on the board, kept up to date while it is on screen.
 */
export class IntakeBanner extends Component {
    static template = "bop_customer_order.IntakeBanner";
    static props = {reload: Function};

    setup() {
        this.orm = useService("orm");
        this.bus = useService("bus_service");
        this.state = useState({totals: null});
        const onChange = ({company_id}) => {
            if (user.activeCompanies.some((company) => company.id === company_id)) {
                this.load();
                this.props.reload();
            }
        };
        onWillStart(() => this.load());
        onMounted(() => {
            this.bus.subscribe(NOTIFICATION, onChange);
            this.bus.start();
        });
        onWillUnmount(() => this.bus.unsubscribe(NOTIFICATION, onChange));
    }

    async load() {
        this.state.totals = await this.orm.silent.call(
            "sale.order",
            "web_intake_totals",
            []
        );
    }

    get tiles() {
        return [
            {name: "waiting", label: _t("Waiting"), color: "warning"},
            {name: "late", label: _t("Late"), color: "danger", note: this.oldest},
            {name: "on_hold", label: _t("On hold"), color: "danger"},
            {name: "incomplete", label: _t("Incomplete"), color: "info"},
        ].map((tile) => ({
            ...tile,
            ...this.state.totals[tile.name],
            active: this.filter(tile.name).isActive,
        }));
    }

    get oldest() {
        const {oldest} = this.state.totals;
        return oldest ? _t("oldest: %s", deserializeDateTime(oldest).toRelative()) : "";
    }

    amount(tile) {
        return formatMonetary(tile.amount, {
            currencyId: this.state.totals.currency_id,
            noSymbol: false,
        });
    }

    color(tile) {
        return tile.count
            ? `bg-${tile.color}-subtle text-${tile.color}-emphasis`
            : "bg-secondary-subtle text-secondary-emphasis";
    }

    filter(name) {
        return this.env.searchModel.getSearchItems((item) => item.name === name)[0];
    }

    /**
     * Show what a tile counts and nothing else; again, and everything is shown.
     */
    onClick(tile) {
        const model = this.env.searchModel;
        model.clearFilters();
        if (!tile.active) {
            model.toggleSearchItem(this.filter(tile.name).id);
        }
    }
}
