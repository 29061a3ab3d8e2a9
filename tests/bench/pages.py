"""Measures on PostgreSQL what a page deep in a list costs beside the first.

    python tests/bench/pages.py [--runs N]

A user has 100,000 of 1,000,000 rows. The list's own service is called, as a route calls it, for
the first page and for one that 90,000 rows stand before, in turn; the cursor of that page is the
one that the service gave after the walk through all the pages before it. Timed is the statement,
from the driver's side, since what Python does around it would hide a difference, and the call.
"""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import psycopg
from served import database, make, migrate, settings
from timing import BIN, report, seconds

MOST = 1.5
"""How many times the first page a deep one may cost."""

FIELDS = ("title:str:1..200", "points:int:sort", "due:date:null:sort")
SORTS = ("id", "-id", "points", "-points", "due", "-due")

FILL = """
INSERT INTO users (email, password_hash, is_active, is_admin, is_verified, created_at, updated_at)
SELECT n || '@example.com', 'none', true, false, true, now(), now() FROM generate_series(1, 10) n;
INSERT INTO tickets (user_id, title, points, due, created_at, updated_at)
SELECT 1 + n % 10, 'Ticket ' || n, n * 7919 % 1000,
    CASE WHEN n * 31 % 101 > 20 THEN date '2026-01-01' + (n * 104729 % 3650)::int END, now(), now()
FROM generate_series(1, 1000000::bigint) n;
"""

SCRIPT = """
import json, statistics, sys, time
from sqlalchemy import event
from sqlmodel import Session
from shop.database import get_engine
from shop.models import User
from shop.schemas.ticket import TicketQuery
from shop.services.ticket_service import list_tickets

BEFORE, RUNS = 90_000, int(sys.argv[2])
engine = get_engine()
stamps = []
for moment in ("before_cursor_execute", "after_cursor_execute"):
    event.listen(engine, moment, lambda *_: stamps.append(time.perf_counter()))

with Session(engine) as session:
    user = session.get(User, 1)

    def page(sort, cursor, limit=20):
        stamps.clear()
        query = TicketQuery(limit=limit, sort=sort, **({"cursor": cursor} if cursor else {}))
        started = time.perf_counter()
        found = list_tickets(session, user, query)
        ended = time.perf_counter()
        session.expunge_all()
        return found, stamps[-1] - stamps[-2], ended - started

    figures = {}
    for sort in json.loads(sys.argv[1]):
        cursor = None
        for _ in range(BEFORE // 100):
            cursor = page(sort, cursor, limit=100)[0].next_cursor
        taken = {None: [], cursor: []}
        for turn in range(RUNS):
            for place, times in taken.items():
                found, *spent = page(sort, place)
                assert len(found.rows) == 20
                times.append(spent)
        figures[sort] = [
            [statistics.median(times) for times in zip(*both)] for both in taken.values()
        ]
print(json.dumps(figures))
"""


def main() -> None:
    """Fill a database, and print the figures of each order."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=300, help="of each page")
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory(prefix="rafters-bench-") as name:
        shop = make(Path(name) / "sync")
        add = [str(BIN / "rafters"), "add", "Ticket", *FIELDS, "--verify", "none"]
        seconds(add, shop)
        with database(Path(name) / "postgresql") as url:
            migrate(shop, url)
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(FILL)
                connection.execute("VACUUM ANALYZE")
            argv = [str(shop / ".venv/bin/python"), "-c", SCRIPT, json.dumps(SORTS), str(runs)]
            done = subprocess.run(
                argv, cwd=shop, env=settings(url), check=True, stdout=subprocess.PIPE
            )
    for sort, (first, deep) in json.loads(done.stdout).items():
        for what, early, late in zip(("statement", "call"), first, deep, strict=True):
            parts = f"{late * 1000:.2f} ms, the first {early * 1000:.2f} ms"
            report(f"sort={sort}: {what} of a deep page / first", late / early, MOST, "x", parts)


if __name__ == "__main__":
    main()
