"""The duels of `make duels` on 200 trades of each product, and what the campaign does with what it finds."""

import dataclasses
import math
from pathlib import Path

import pytest

from duels.campaign import bouts_of, report, run, scores
from duels.duel import Bout
from duels.methods import Sizes
from duels.score import UNSETTLED, Score, line_of, score
from duels.trades import CORNER_EVERY, PRODUCTS, chunk, point

SMALL = Sizes(paths=2048, grid=120, steps=101)
#: Of 2,048 paths too few pay where a barrier is seldom reached in its window: four scores of 165 lie between 3.0 and 3.4.
#: Of 4,096, 8,192, 16,384 and 32,768 paths there are none, none, one and none.
MORE_PATHS = {"PartialTimeBarrier": dataclasses.replace(SMALL, paths=4096)}


@pytest.mark.parametrize("product", [*PRODUCTS])
def test_every_method_of_a_product_stands_200_duels(product: str, tmp_path: Path) -> None:
    assert run(tmp_path, 200, MORE_PATHS.get(product, SMALL), products=[product])
    found = scores(tmp_path, [product], judged=False)
    assert found
    # A few paths tell the error of a sensitivity badly; the campaign holds all measures to the bounds.
    assert [flaw for one in found for flaw in one.flaws(gated=["price"])] == []
    assert all(one.trades >= 100 for one in found), "a lattice of 101 steps has no room between near barriers"


def test_points_fill_the_cube_and_its_corners() -> None:
    points = [point(number) for number in range(1, 401)]
    assert len(set(points)) > 380
    corners = [place for place in points if set(place) <= {0.0, 1.0}]
    assert len(corners) == len(points) // CORNER_EVERY
    for axis in zip(*points, strict=True):
        assert math.isclose(sum(axis) / len(axis), 0.5, abs_tol=0.05)
    trades, snapshot = chunk("Barrier", range(1, 4))
    assert [trade.trade_id for trade in trades] == ["Barrier-1", "Barrier-2", "Barrier-3"]
    assert snapshot.core.valuation_date.isoformat() == "2026-01-05"


def test_a_run_goes_on_where_the_last_one_stopped(tmp_path: Path) -> None:
    tiny = Sizes(paths=64, grid=20, steps=11)
    assert not run(tmp_path, 40, tiny, products=["Digital"], seconds=-1.0)
    assert run(tmp_path, 20, tiny, products=["Digital"])
    path = tmp_path / "Digital.jsonl"
    first = path.read_text(encoding="utf-8")
    path.write_text(first + '[{"trade": "cut', encoding="utf-8")  # killed while it wrote
    assert run(tmp_path, 40, tiny, products=["Digital"])
    whole = path.read_text(encoding="utf-8")
    assert whole.startswith(first)
    assert len(whole.splitlines()) == 1 + 4
    assert len({(bout.trade, bout.method) for bout in bouts_of(path)}) == len(bouts_of(path))
    with pytest.raises(ValueError, match=r"Digital\.jsonl was fought by another core or with other sizes"):
        run(tmp_path, 50, dataclasses.replace(tiny, paths=128), products=["Digital"])


def test_a_method_that_is_not_what_it_says_is_named(tmp_path: Path) -> None:
    wild = [Bout(f"Digital-{i}", "MonteCarlo", 1.0, 1.5, 0.1, (6.0 if i == 1 else 1.5,) * 6) for i in range(1, 9)]
    named = score("Digital", "MonteCarlo", wild, judged=False).flaws()
    assert any("deviate by" in flaw for flaw in named)
    assert any("beyond 3" in flaw for flaw in named)
    assert any("a price score of 6.0" in flaw for flaw in named)
    timid = [Bout(f"Digital-{i}", "CrankNicolson", 1.0, 1.0 + 1e-6, 1.0, None) for i in range(1, 9)]
    assert "actual over stated" in score("Digital", "CrankNicolson", timid, judged=False).flaws()[0]
    for stated, flaw in ((1e-6, "the stated error holds in 0.0 % alone"), (None, "is off by 5.0e-01 of the spot")):
        wrong = [Bout(f"Digital-{i}", "CrankNicolson", 1.0, 51.0, stated, None) for i in range(1, 9)]
        assert any(flaw in each for each in score("Digital", "CrankNicolson", wrong, judged=False).flaws())
    silent = [Bout(f"Digital-{i}", "MonteCarlo", 1.0, 1.0, 0.0, (None,) * 6) for i in range(1, 9)]
    assert any("only 0 gamma" in flaw for flaw in score("Digital", "MonteCarlo", silent, judged=False).flaws())
    said: list[str] = []
    unsettled = dataclasses.replace(score("Digital", "CrankNicolson", timid, judged=False), right=UNSETTLED)
    flaws = report(tmp_path, [unsettled], said.append)
    assert flaws[-1].endswith("both stand by what they said of Digital-1")
    assert said[0] == line_of(unsettled)
    assert (tmp_path / "table.json").read_text(encoding="utf-8").count("Digital-1") >= 2


def test_a_judge_with_more_steps_says_who_was_right() -> None:
    def judged(expected: float, price: float, stated: float | None = None) -> Score:
        return score("Digital", "CrankNicolson", [Bout("Digital-3", "CrankNicolson", expected, price, stated, None)])

    from duels.duel import again
    from plimsoll import ClosedForm

    exact = again("Digital", "Digital-3", ClosedForm())
    assert exact is not None
    assert judged(expected=exact, price=exact).right == "both"
    assert judged(expected=exact, price=exact + 0.5).right == "reference"
    assert judged(expected=exact + 0.5, price=exact).right == UNSETTLED
    assert judged(expected=exact, price=exact + 0.5, stated=1.0).right == "both, by the stated error"
    assert "states no error" in line_of(judged(expected=exact, price=exact))


def test_what_is_not_scored_is_counted_with_its_reason() -> None:
    stood = Bout("Digital-1", "CrankNicolson", 1.0, 1.0, 0.1, None)
    refused = dataclasses.replace(stood, trade="Digital-2", unscored="refused")
    found = score("Digital", "CrankNicolson", [stood, refused, refused], judged=False)
    assert (found.trades, found.unscored) == (1, {"refused": 2})
    assert line_of(found).endswith("not scored: 2 refused")
    with pytest.raises(ValueError, match="none of 1 duels can be scored"):
        score("Digital", "CrankNicolson", [refused])
