"""A small book after a fall, one of whose accounts owes more than it holds; made and margined by the real commands."""

import json
from pathlib import Path

from console_world import process
from margin_world import account, snapshot_document, stock

ACCOUNTS = [
    account("A01", "-9000.00", [stock("T1", "AAA", 100)]),
    account("A02", "-1000.00", [stock("T2", "AAA", 100)]),
    account("A03", "-5000.00", [stock("T3", "AAA", 100)]),
]


def fallen_book(folder: Path) -> tuple[Path, Path]:
    """Write the book and its market, at 60 a share: A01 is 3,000 short, A01 and A03 are called for 5,000 together."""
    document = {"schema": "plimsoll/book/v1", "book_id": "crash", "as_of": "2008-09-02", "price_basis": "raw"}
    book, market = folder / "book.json", folder / "market.json"
    book.write_text(json.dumps({**document, "accounts": ACCOUNTS}))
    market.write_text(json.dumps(snapshot_document("2008-09-02", {"AAA": 60.0})))
    return book, market


def in_shortfall(folder: Path) -> Path:
    """Margin the book by ``plimsoll margin run`` and give the workspace, the folder's ``w``."""
    book, market = fallen_book(folder)
    ran = process("margin", "run", book, "--snapshot", market, "--workspace", folder / "w", folder=folder)
    assert ran.exit_code == 0, ran.stderr
    return folder / "w"
