// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, onWillStart, onWillUpdateProps, useRef, useState} from "@odoo/owl";
import {deserializeDateTime, toLocaleDateTimeString} from "@web/core/l10n/dates";
import {Comparison} from "../comparison/comparison";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useService} from "@web/core/utils/hooks";

const COLORS = {
    active: "text-bg-success",
    completed: "text-bg-success",
    offer: "text-bg-info",
    cancelled: "text-bg-danger",
};

/**
 * The timeline of an order, and two of its versions beside each other.
 */
export class VersionsWidget extends Component {
    static template = "bop_contract.VersionsWidget";
    static components = {Comparison};
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.compared = useRef("compared");
        this.state = useState({
            versions: [],
            left: 0,
            right: 0,
            comparison: null,
            verified: null,
        });
        onWillStart(() => this.load(this.props.record));
        onWillUpdateProps(async (next) => {
            if (next.record.resId !== this.resId) {
                await this.load(next.record);
            }
        });
    }

    async load(record) {
        this.resId = record.resId;
        this.model = record.resModel;
        this.state.verified = null;
        this.state.comparison = null;
        this.state.versions = this.resId
            ? await this.call("web_contract_versions")
            : [];
        const place = this.state.versions.findIndex((row) => row.id === this.resId);
        if (this.state.versions.length > 1) {
            await this.compare(Math.max(place, 1));
        }
    }

    call(method, ...args) {
        return this.orm.call(this.model, method, [[this.resId], ...args]);
    }

    /**
     * Compare the version at this place of the timeline with the one before it.
     */
    async compare(place) {
        const {versions} = this.state;
        await this.select(versions[place - 1].id, versions[place].id);
    }

    async onCompare(place) {
        await this.compare(place);
        this.compared.el.scrollIntoView({behavior: "smooth", block: "nearest"});
    }

    async select(left, right) {
        Object.assign(this.state, {left, right});
        this.state.comparison = await this.call("web_contract_comparison", left, right);
    }

    onSelectLeft(ev) {
        return this.select(Number(ev.target.value), this.state.right);
    }

    onSelectRight(ev) {
        return this.select(this.state.left, Number(ev.target.value));
    }

    async verify() {
        this.state.verified = await this.call("web_contract_verify");
    }

    open(version) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: this.model,
            res_id: version.id,
            views: [[false, "form"]],
        });
    }

    nameOf(id) {
        return this.state.versions.find((row) => row.id === id).name;
    }

    color(version) {
        return COLORS[version.status] || "text-bg-secondary";
    }

    date(version) {
        return version.at
            ? toLocaleDateTimeString(deserializeDateTime(version.at))
            : "";
    }

    isSelf(version) {
        return version.id === this.resId;
    }
}

registry.category("view_widgets").add("bop_versions", {component: VersionsWidget});
