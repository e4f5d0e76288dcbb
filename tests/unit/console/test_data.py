"""`plimsoll data`: what is brought in, what an edit of it says, what is known when, and the market of a day."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from console_world import flip_a_byte, plimsoll, refused
from plimsoll.bootstrap import open_application

pytestmark = pytest.mark.xdist_group("console_market")

DATASETS = {"us_stocks", "sp500", "sp500_ohlcv", "vix", "wti"}


def test_ingest_tells_what_came_in_and_whose_prices_are_adjusted(market_workspace: Path) -> None:
    ran = plimsoll(market_workspace, "data", "ingest")
    assert ran.exit_code == 0
    assert all(name in ran.stdout for name in DATASETS)
    assert "us_stocks: closes adjusted for splits and dividends" in ran.stdout
    assert ran.stderr == "ingest: 5 done\n"


def test_the_same_sources_give_the_same_digests(ingested_workspace: Path, tmp_path: Path) -> None:
    def digests(workspace: Path) -> dict[str, str]:
        document = plimsoll(workspace, "data", "ingest", "--json").document
        return {item["dataset"]: item["logical_digest"] for item in document["datasets"]}

    first = digests(tmp_path / "w")
    assert set(first) == DATASETS
    assert digests(tmp_path / "w") == first
    assert [path.name for path in sorted((tmp_path / "w" / "datasets" / "objects").iterdir())] == [
        path.name for path in sorted((ingested_workspace / "datasets" / "objects").iterdir())
    ]


def test_a_sound_store_verifies(ingested_workspace: Path) -> None:
    ran = plimsoll(ingested_workspace, "data", "verify", "--json")
    assert ran.exit_code == 0
    assert ran.document["ok"] is True
    assert {record["state"] for record in ran.document["files"]} == {"intact"}
    assert plimsoll(ingested_workspace, "data", "verify").stdout.endswith("files are what was stored\n")


@pytest.mark.parametrize("kind", ["objects", "manifests", "heads"])
def test_a_flipped_byte_is_named(market_workspace: Path, kind: str) -> None:
    path = sorted((market_workspace / "datasets" / kind).iterdir())[0]
    flip_a_byte(path)
    ran = plimsoll(market_workspace, "data", "verify", "--json")
    assert ran.exit_code == 4
    assert ran.document["ok"] is False
    bad = [record["path"] for record in ran.document["files"] if record["state"] != "intact"]
    assert f"{kind}/{path.name}" in bad
    shown = plimsoll(market_workspace, "data", "verify")
    assert shown.exit_code == 4
    assert f"{kind}/{path.name}: changed; expected " in shown.stdout


def test_a_missing_and_a_cut_file_are_named(market_workspace: Path) -> None:
    first, second = sorted((market_workspace / "datasets" / "objects").iterdir())[:2]
    first.unlink()
    second.write_bytes(second.read_bytes()[:-1])
    ran = plimsoll(market_workspace, "data", "verify", "--json")
    assert ran.exit_code == 4
    states = {record["path"]: record["state"] for record in ran.document["files"]}
    assert states[f"objects/{first.name}"] == "missing"
    assert states[f"objects/{second.name}"] == "truncated"


@pytest.mark.parametrize("words", [("quality", "us_stocks"), ("snapshot", "2020-03-16"), ("features",)])
def test_no_command_reads_a_changed_file(market_workspace: Path, words: tuple[str, ...]) -> None:
    for path in (market_workspace / "datasets" / "objects").iterdir():
        flip_a_byte(path)
    code, failure = refused(market_workspace, "data", *words)
    assert code == 4
    assert failure["value"].startswith("sha256:")


@pytest.mark.parametrize("words", [("verify",), ("quality", "us_stocks"), ("features",), ("snapshot", "2020-03-16")])
def test_an_empty_store_says_how_to_fill_it(tmp_path: Path, words: tuple[str, ...]) -> None:
    code, failure = refused(tmp_path / "w", "data", *words)
    assert code == 2
    assert "plimsoll data ingest" in failure["fix"]


def test_quality_of_an_empty_store_says_how_to_fill_it(tmp_path: Path) -> None:
    code, failure = refused(tmp_path / "w", "data", "quality")
    assert (code, failure["code"]) == (2, "nothing_stored")
    assert "plimsoll data ingest" in failure["fix"]


def test_quality_passes_a_clean_dataset_and_fails_one_beyond_its_limits(ingested_workspace: Path) -> None:
    ran = plimsoll(ingested_workspace, "data", "quality", "vix", "sp500", "--json")
    assert ran.exit_code == 1
    breaches = {report["dataset"]: report["breaches"] for report in ran.document["datasets"]}
    assert breaches["sp500"] == []
    assert breaches["vix"]
    ran = plimsoll(ingested_workspace, "data", "quality", "sp500")
    assert ran.exit_code == 0
    assert " ok " in ran.stdout


def test_quality_without_a_name_looks_through_every_dataset(market_workspace: Path) -> None:
    for dataset in ("us_stocks", "sp500_ohlcv", "wti"):
        (market_workspace / "datasets" / "heads" / f"{dataset}.json").unlink()
    ran = plimsoll(market_workspace, "data", "quality")
    assert ran.exit_code == 1
    assert [name for name in DATASETS if f" {name} " in ran.stdout] == [
        name for name in DATASETS if name in ("vix", "sp500")
    ]


def test_an_unknown_dataset_is_answered_with_the_known(ingested_workspace: Path) -> None:
    code, failure = refused(ingested_workspace, "data", "quality", "tulips")
    assert (code, failure["value"]) == (2, "tulips")
    assert "us_stocks" in failure["allowed"]


@pytest.fixture(scope="module")
def featured(ingested_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A workspace with features, read only, and what the command said when it made them."""
    target = tmp_path_factory.mktemp("featured") / "workspace"
    shutil.copytree(ingested_workspace, target)
    ran = plimsoll(target, "data", "features")
    assert ran.exit_code == 0
    assert "drawdown, ewma_volatility, log_return for 21 underlyings" in ran.stdout
    assert ran.stderr == "features: 21 done\n"
    return target, ran.stdout


def test_the_same_features_make_the_same_set(featured: tuple[Path, str]) -> None:
    workspace, stdout = featured
    set_id = plimsoll(workspace, "data", "features", "--json").document["set_id"]
    assert stdout.endswith(f"set {set_id}\n")


def test_features_are_read_as_they_were_known(featured: tuple[Path, str]) -> None:
    words = ("data", "features", "--underlying", "JPM", "--as-of")
    ran = plimsoll(featured[0], *words, "2020-03-16T20:00:00Z", "--json")
    assert ran.exit_code == 0
    rows = {row["name"]: row for row in ran.document["features"]}
    assert set(rows) == {"drawdown", "ewma_volatility", "log_return"}
    # The close of the 16th is known half an hour after the session, so at its bell the last known day is the 13th.
    assert {row["event_time"] for row in rows.values()} == {"2020-03-13T20:00:00.000000Z"}
    assert {row["knowledge_time"] for row in rows.values()} == {"2020-03-13T20:30:00.000000Z"}
    shown = plimsoll(featured[0], *words, "2020-03-16T21:00:00Z").stdout
    assert "JPM as of 2020-03-16T21:00:00Z" in shown
    assert "2020-03-16T20:30:00" in shown


def test_nothing_is_known_before_the_first_day(featured: tuple[Path, str]) -> None:
    words = ("data", "features", "--underlying", "JPM", "--as-of", "1980-01-01T00:00:00Z")
    rows = plimsoll(featured[0], *words, "--json").document["features"]
    assert {row["value"] for row in rows} == {None}
    assert "None" not in plimsoll(featured[0], *words).stdout


@pytest.mark.parametrize("time", ["yesterday", "2020-03-16", "2020-03-16T20:00:00"])
def test_a_time_needs_its_zone(featured: tuple[Path, str], time: str) -> None:
    code, failure = refused(featured[0], "data", "features", "--as-of", time)
    assert (code, failure["field"]) == (2, "time")


def test_an_unknown_underlying_is_answered_with_the_known(featured: tuple[Path, str]) -> None:
    words = ("--underlying", "TULIP", "--as-of", "2020-03-16T20:00:00Z")
    code, failure = refused(featured[0], "data", "features", *words)
    assert (code, failure["code"], failure["value"]) == (2, "unknown_underlying", "TULIP")
    assert "SP500" in failure["allowed"]


def test_nothing_is_read_before_it_is_built(ingested_workspace: Path) -> None:
    code, failure = refused(ingested_workspace, "data", "features", "--as-of", "2020-03-16T20:00:00Z")
    assert (code, failure["code"], failure["fix"]) == (2, "no_features", "plimsoll data features")


def test_a_snapshot_marks_what_is_assumed_and_lies_where_it_was_asked_for(
    ingested_workspace: Path, tmp_path: Path
) -> None:
    out = tmp_path / "snapshot.json"
    ran = plimsoll(ingested_workspace, "data", "snapshot", "2020-03-16", "--out", out)
    assert ran.exit_code == 0
    assert "2,386.1300" in ran.stdout
    assert "ASSUMED" in ran.stdout
    assert f"written to {out}" in ran.stdout
    ran = plimsoll(ingested_workspace, "data", "snapshot", "2020-03-16", "--json")
    assert ran.document == json.loads(out.read_text())
    assert ran.document["valuation_date"] == "2020-03-16"
    assert {item["volatility"]["status"] for item in ran.document["underlyings"].values()} == {"ASSUMED"}


def test_a_day_without_a_market_is_named(ingested_workspace: Path) -> None:
    code, failure = refused(ingested_workspace, "data", "snapshot", "2020-03-15")
    assert (code, failure["value"]) == (2, "2020-03-15")
    assert refused(ingested_workspace, "data", "snapshot", "1980-01-02")[0] == 2


def test_what_is_no_day_is_bad_usage(ingested_workspace: Path) -> None:
    ran = plimsoll(ingested_workspace, "data", "snapshot", "the ides of March")
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "%Y-%m-%d" in ran.stderr


def test_a_snapshot_that_cannot_be_written_is_said_so(ingested_workspace: Path, tmp_path: Path) -> None:
    out = tmp_path / "none" / "snapshot.json"
    code, failure = refused(ingested_workspace, "data", "snapshot", "2020-03-16", "--out", out)
    assert (code, failure["code"], failure["field"]) == (2, "file_not_writable", "--out")


def test_a_damaged_feature_store_is_named_and_built_again(
    featured: tuple[Path, str], copied: Callable[[Path], Path]
) -> None:
    workspace = copied(featured[0])
    database = workspace / "features.duckdb"
    flip_a_byte(database)
    ran = plimsoll(workspace, "data", "verify", "--json")
    assert ran.exit_code == 4
    assert [record["path"] for record in ran.document["files"] if record["state"] != "intact"] == ["features.duckdb"]
    database.write_bytes(database.read_bytes()[:4096] + bytes(range(256)) * 4096)
    code, failure = refused(workspace, "data", "features", "--as-of", "2020-03-16T20:00:00Z")
    assert (code, failure["code"], failure["field"]) == (4, "feature_store_damaged", str(database))
    assert "plimsoll data features" in failure["fix"]
    ran = plimsoll(workspace, "data", "features")
    assert ran.exit_code == 0
    assert ran.stdout.startswith("the store was damaged; it was set aside as ")
    assert plimsoll(workspace, "data", "verify").exit_code == 0
    assert plimsoll(workspace, "data", "features", "--as-of", "2020-03-16T20:00:00Z").exit_code == 0


def test_a_flipped_byte_in_a_table_of_a_run_is_named(market_workspace: Path) -> None:
    with open_application(market_workspace) as app:
        run = app.runs.record("risk", {}, {"pnl": pa.table({"pnl": [1.5, -2.5]})})
    assert plimsoll(market_workspace, "data", "verify").exit_code == 0
    flip_a_byte(run.folder / "pnl.parquet")
    ran = plimsoll(market_workspace, "data", "verify")
    assert ran.exit_code == 4
    assert ran.stdout.startswith(f"runs/{run.run_id}/pnl.parquet: changed; expected sha256:")


def test_a_deleted_feature_store_is_missing_until_it_is_built_again(
    featured: tuple[Path, str], copied: Callable[[Path], Path]
) -> None:
    workspace = copied(featured[0])
    (workspace / "features.duckdb").unlink()
    ran = plimsoll(workspace, "data", "verify", "--json")
    bad = [(r["path"], r["state"]) for r in ran.document["files"] if r["state"] != "intact"]
    assert (ran.exit_code, bad) == (4, [("features.duckdb", "missing")])
    assert plimsoll(workspace, "data", "features").exit_code == 0
    assert plimsoll(workspace, "data", "verify").exit_code == 0


def test_a_premium_fit_that_a_run_names_is_missing_when_it_is_deleted(market_workspace: Path) -> None:
    with open_application(market_workspace) as app:
        app.runs.record("risk", {}, inputs={"premium_fit": "sha256:" + "ab" * 32})
    ran = plimsoll(market_workspace, "data", "verify")
    assert ran.exit_code == 4
    assert f"fits/{'ab' * 32}.json: missing" in ran.stdout
