# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def post_init_hook(env):
    """Orders confirmed before this addon came are contracts too: guard and seal them in the background, from now on."""
    env.ref("bop_customer_order.cron_seal_orders")._trigger()
