"""Properties of value at risk and expected shortfall through the Python door."""

from hypothesis import given, settings
from hypothesis import strategies as st

from plimsoll.engine.book import Book, read_book
from plimsoll.models.market.settings import RiskSettings
from plimsoll.models.market.value_at_risk import value_at_risk_run
from risk_world import WINDOW, option, small_book, small_market, stock

SETTINGS = RiskSettings(window=WINDOW)
MARKET = small_market()

shares = st.integers(-300, 300)
options = st.tuples(st.sampled_from(["call", "put"]), st.integers(35, 65), st.integers(-4, 4).filter(bool))
accounts = st.lists(st.tuples(shares, shares, st.lists(options, max_size=2)), min_size=1, max_size=4)


def book_of(held: list[tuple[int, int, list[tuple[str, int, int]]]]) -> Book:
    documents = []
    for number, (ones, indices, legs) in enumerate(held):
        positions = [stock(f"s{number}", "ONE", ones or 1), stock(f"i{number}", "INDEX", indices / 40 or 1)]
        positions += [
            option(f"o{number}-{place}", "ONE", quantity, float(strike), type=type_, exercise="european")
            for place, (type_, strike, quantity) in enumerate(legs)
        ]
        account = {"account_id": f"A{number}", "type": "margin", "currency": "USD", "cash": "0.00"}
        documents.append({**account, "positions": positions})
    head = {"schema": "plimsoll/book/v1", "book_id": "drawn", "price_basis": "adjusted"}
    return read_book({**head, "as_of": small_book().as_of.isoformat(), "accounts": documents})


@settings(deadline=None, max_examples=60)
@given(accounts)
def test_the_expected_shortfall_of_the_book_is_at_most_the_sum_of_its_accounts(
    held: list[tuple[int, int, list[tuple[str, int, int]]]],
) -> None:
    run = value_at_risk_run(book_of(held), MARKET, SETTINGS)
    assert not run.refused
    for model in ("historical", "filtered_historical"):  # the Student-t is fitted to each and promises nothing
        whole = next(row.expected_shortfall for row in run.book if row.model == model)
        parts = [row.expected_shortfall for row in run.accounts if row.model == model]
        assert whole <= sum(parts) + 1e-9 * sum(abs(part) for part in parts)
        if len(parts) == 1:
            assert whole == parts[0]
