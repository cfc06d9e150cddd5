# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``./dev demo``: a server with the addons and demo data, for a person to click
through.
"""

import argparse
import socket
from collections.abc import Sequence

from . import database, odoo, paths, server
from .console import DevError, say

DATABASE = "bop_demo"
PORT = 8069
WELCOME = """
  b-op Customer Order runs.

    address   {url}
    login     admin
    password  admin

  First clicks, in Sales > Orders:
    1. Café Bellevue, "Kitchen": accepted, nothing delivered. Try to edit it, then press "Change Order",
       set another quantity in the offer, read the impact list, and press "Apply Change".
    2. Nordwind Joinery, "Workshop II": changed twice after a part was delivered and billed. "Versions"
       shows all three and what changed; the deliveries and invoices belong to the last one.
    3. Stadtwerk Schools, "Classroom 14": half delivered and billed, with an open change. Press
       "Open Change": its impact list says what applying it would do.
    4. Lindgren & Daughters, "Branch office": cancelled by agreement. Hotel Alpenhof, "Ski room": completed.
    5. Sales > Orders > Intake: what waits for acceptance, what is on credit hold, and why. Accept the order of
       Hafenkran Logistics with the check mark at the end of its row.

  Ctrl-C stops the server. `./dev demo --fresh` begins with a new database.
"""


def main(arguments: Sequence[str]) -> int:
    """Serve the demo database until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="./dev demo", description=__doc__)
    parser.add_argument(
        "--port", type=int, default=PORT, help="TCP port, 8069 by default"
    )
    parser.add_argument(
        "--fresh", action="store_true", help="begin with a new database"
    )
    options = parser.parse_args(arguments)
    _check_port(options.port)
    name = ensure(fresh=options.fresh)
    with server.serving(name, port=options.port) as running:
        say(WELCOME.format(url=f"http://localhost:{options.port}"))
        _wait(running)
    say("[dev] The server is stopped.")
    return 0


def ensure(*, fresh: bool = False) -> str:
    """Make the demo database, or bring it up to date with the addons' sources; return
    its name.
    """
    key = database.with_addons(wide=False).name
    stamp = paths.STAMPS / "demo"
    if fresh or not database.exists(DATABASE):
        _install()
    elif not stamp.exists() or stamp.read_text() != key:
        say("[dev] Demo database: updating the addons ...")
        words = ["-d", DATABASE, "-u", ",".join(paths.addons()), "--stop-after-init"]
        odoo.run([*words, "--log-level=warn"], "demo.log")
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(key)
    return DATABASE


def _install() -> None:
    if not paths.addons():
        raise DevError("There is no addon in this folder, so there is nothing to show.")
    say("[dev] Demo database: installing (a few minutes the first time) ...")
    building = f"{DATABASE}_building"
    database.drop(building)
    database.create(building)
    words = [
        "-d",
        building,
        "-i",
        ",".join(paths.addons()),
        "--with-demo",
        "--stop-after-init",
    ]
    odoo.run([*words, "--log-level=warn"], "demo.log")
    script = database.FINISH.format(bundles=database.BUNDLES).encode()
    odoo.run(["shell", "-d", building, "--no-http"], "demo.log", input=script)
    database.drop(DATABASE)
    database.sql(f'ALTER DATABASE "{building}" RENAME TO "{DATABASE}"')


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise DevError(
                f"Port {port} is taken. Use `./dev demo --port {port + 1}`."
            ) from error


def _wait(running: server.OdooServer) -> None:
    """Return on Ctrl-C; raise when the server ends by itself."""
    try:
        status = running.process.wait()
    except KeyboardInterrupt:
        return
    raise DevError(f"The server ended with {status}.\n{running.tail()}")
