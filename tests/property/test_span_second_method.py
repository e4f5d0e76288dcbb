"""SPAN by the core against the same algorithm in exact fractions, on random parameters and portfolios."""

import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from plimsoll.engine.span_file import read_span_file
from plimsoll.engine.span_writer import span_file_text
from span_world import Naive, S, listed, random_set

_PORTFOLIOS = 40


def drawn(random_: random.Random, ids: list[str]) -> list[tuple[str, int]]:
    return [(random_.choice(ids), random_.randrange(-9, 10)) for _ in range(random_.randrange(1, 12))]


@pytest.mark.parametrize("seed", range(8))
def test_the_core_agrees_with_the_naive_algorithm(seed: int, tmp_path: Path) -> None:
    random_ = random.Random(seed)
    core = random_set(random_)
    parameters = listed(core)
    file = tmp_path / "random.spn"
    file.write_text(span_file_text(parameters))
    again = read_span_file(file)
    assert again.digest == parameters.digest
    ids = [contract.id for contract in core.contracts]
    books = [drawn(random_, ids) for _ in range(_PORTFOLIOS)]
    hedger = S.AccountClass.hedger
    accounts = [
        S.Account(
            account_id=str(number),
            currency="USD",
            account_class=hedger,
            positions=[S.Position(trade_id=str(i), contract=c, quantity=float(q)) for i, (c, q) in enumerate(book)],
        )
        for number, book in enumerate(books)
    ]
    found = S.requirements(accounts, parameters.prepared)
    assert S.requirements(accounts, again.prepared) == found
    credited = 0
    for book, answer in zip(books, found, strict=True):
        held: Counter[str] = Counter()
        for contract, quantity in book:
            held[contract] += quantity
        naive = Naive(core, held, hedger)
        maintenance, initial = naive.run()
        # All sums are exact in both, but for quotients in credits: a half cent may then fall to either side, once a leg.
        # The initial requirement is a quarter more, which may move its own half cent, once a commodity.
        assert abs(answer["maintenance"]["amount"] - maintenance) <= naive.credits
        assert abs(answer["initial"]["amount"] - initial) <= (2 * naive.credits if naive.credits else 0)
        credited += naive.credits > 0
    assert 0 < credited < _PORTFOLIOS
    place = {c.id: parameters.prepared.index_of(c.id) for c in core.contracts}
    offsets = np.cumsum([0, *map(len, books)])
    contracts = np.array([place[c] for book in books for c, _ in book], np.uint32)
    quantities = np.array([q for book in books for _, q in book], np.int64)
    columns = S.requirement_columns(offsets, contracts, quantities, parameters.prepared, hedger, 1)
    assert columns[0].tolist() == [answer["maintenance"]["amount"] for answer in found]
    assert columns[1].tolist() == [answer["initial"]["amount"] for answer in found]
    assert not columns[2].any()
