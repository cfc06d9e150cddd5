# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``./dev demo``: two companies that trade with each other, for a person to click
through. Each has a database and a server of its own.

What is shown is made once and kept: the databases get their names when they are complete,
and only a stamp that is written after that says that they belong together.
"""

import argparse
import contextlib
import fcntl
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from . import database, jobs, odoo, paths, server, story
from .console import DevError, say
from .welcome import ALONE, BOTH

PORT = 8069
LOOK_SECONDS = 0.5
#: The supplier without a partner on the network.
ALONE_DATABASE = "bop_demo"


@dataclass(frozen=True)
class Company:
    """One company of the demo.

    :param database: what is served
    :param host: a browser keeps one login for each host name, whatever the port
    :param data: with the demo data of Odoo and of the addons
    """

    database: str
    label: str
    host: str
    addons: Sequence[str]
    data: bool

    def template(self) -> database.Template:
        """Return what its database is at the beginning."""
        return database.with_demo(self.label, self.addons, data=self.data)

    def url(self, port: int) -> str:
        """Return where a person finds it."""
        return f"http://{self.host}:{port}"


SUPPLIER = Company(
    "bop_demo_supplier",
    "demo_supplier",
    "localhost",
    database.standalone_addons(),
    data=True,
)
CUSTOMER = Company(
    "bop_demo_customer",
    "demo_customer",
    "127.0.0.1",
    ("bop_network", "bop_contract", "bop_purchase_order"),
    data=False,
)
TWINS = (SUPPLIER, CUSTOMER)


def main(arguments: Sequence[str]) -> int:
    """Serve the demo until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="./dev demo", description=__doc__)
    parser.add_argument(
        "--port",
        type=int,
        default=PORT,
        help="TCP port of the supplier, 8069 by default; the customer has the next one",
    )
    parser.add_argument("--fresh", action="store_true", help="begin with new databases")
    parser.add_argument(
        "--one", action="store_true", help="only the supplier, without a network"
    )
    options = parser.parse_args(arguments)
    ports = [options.port] if options.one else [options.port, options.port + 1]
    check_ports(ports)
    with _alone():
        names = ensure(fresh=options.fresh, one=options.one)
        if not options.one:
            connect(names, ports)
        with server.serving_all(names, ports) as servers:
            text = ALONE if options.one else BOTH
            urls = [
                company.url(port) for company, port in zip(TWINS, ports, strict=False)
            ]
            say(text.format(*urls))
            _wait(servers)
    say("[dev] Stopped.")
    return 0


def ensure(*, fresh: bool = False, one: bool = False) -> list[str]:
    """Make the databases of the demo, or bring them up to date with the addons' sources;
    return their names, that of the supplier first.
    """
    if not paths.addons():
        raise DevError("There is no addon in this folder, so there is nothing to show.")
    companies = TWINS[:1] if one else TWINS
    names = [ALONE_DATABASE] if one else [company.database for company in TWINS]
    stamp = paths.STAMPS / ("demo-one" if one else "demo")
    key = " ".join(company.template().name for company in companies)
    there = stamp.exists() and all(map(database.exists, names))
    if fresh or not there:
        stamp.unlink(missing_ok=True)
        _make(companies, names)
    elif stamp.read_text() != key:
        say("[dev] Demo: updating the addons ...")
        _at_once(_update, companies, names)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(key)
    return names


def connect(names: Sequence[str], ports: Sequence[int]) -> None:
    """Let both companies know under which port the other one is found this time."""
    digital = "SELECT identifier FROM bop_digital ORDER BY id LIMIT 1"
    addresses = {
        database.sql(digital, name).strip(): f"http://127.0.0.1:{port}"
        for name, port in zip(names, ports, strict=True)
    }
    for name in names:
        for identifier, address in addresses.items():
            for table in ("bop_digital", "bop_peer"):
                database.sql(
                    f"UPDATE {table} SET endpoint = '{address}'"
                    f" WHERE identifier = '{identifier}'",
                    name,
                )


def check_ports(ports: Sequence[int]) -> None:
    """Refuse to begin when a port is taken.

    :raises DevError: names the port, and the option that takes other ones
    """
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise DevError(
                    f"Port {port} is taken. Use other ones, for example"
                    f" `./dev demo --port {ports[-1] + 1}`."
                ) from error


# === MAKING ===#
def _make(companies: Sequence[Company], names: Sequence[str]) -> None:
    say("[dev] Demo: installing (a few minutes the first time) ...")
    building = [f"{name}_building" for name in names]
    _at_once(_clone, companies, building)
    if len(building) > 1:
        with server.serving_all(building, [None] * len(building)) as servers:
            story.tell(*servers)
    for made, name in zip(building, names, strict=True):
        database.drop(name)
        database.sql(f'ALTER DATABASE "{made}" RENAME TO "{name}"')


def _at_once(
    work: Callable[[Company, str], None],
    companies: Sequence[Company],
    names: Sequence[str],
) -> None:
    """Do the work for each company and its database at the same time."""
    jobs.at_once(*map(partial(partial, work), companies, names))


def _clone(company: Company, name: str) -> None:
    database.clone(company.template(), name)


def _update(company: Company, name: str) -> None:
    words = ["-d", name, "-u", ",".join(company.addons), "--stop-after-init"]
    odoo.run([*words, "--log-level=warn"], f"{company.label}.log")


# === SERVING ===#
@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Let one demo of this folder run at a time: both would use the same databases."""
    with (paths.DEV / "demo.lock").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DevError(
                "The demo of this folder runs already. Stop it with Ctrl-C first."
            ) from error
        yield


def _wait(servers: Sequence[server.OdooServer]) -> None:
    """Return on Ctrl-C; raise when a server ends by itself."""
    try:
        while all(running.process.poll() is None for running in servers):
            time.sleep(LOOK_SECONDS)
    except KeyboardInterrupt:
        return
    ended = next(running for running in servers if running.process.poll() is not None)
    raise DevError(
        f"The server of {ended.database} ended with {ended.process.returncode}.\n"
        f"{ended.tail()}"
    )
