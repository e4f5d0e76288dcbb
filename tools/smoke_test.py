"""Use an installed plimsoll as its users do; needs nothing but what is installed.

Run by the Python that has the package, from an empty folder: the wheel's test, the image's and the release's call it.
A European put is priced with its Greeks and held against the formula of Black and Scholes (1973) with Merton's (1973)
dividend yield, computed here with the standard library alone. Then the command line prices a shipped book, and
`import plimsoll` is timed. Prints what it saw; exit code 1 names what was wrong.
"""

import json
import math
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from statistics import NormalDist

SPOT, STRIKE, RATE, DIVIDEND, VOLATILITY = 42.0, 40.0, 0.10, 0.02, 0.20
TODAY, EXPIRY = date(2026, 1, 2), date(2026, 7, 3)
#: Double arithmetic through another order of operations and another normal distribution.
RELATIVE_TOLERANCE = 1e-11
IMPORT_SECONDS = 0.5
BOOK = "demo-2020"


def snapshot_document() -> dict[str, object]:
    """Give a snapshot of one underlying as a user writes it."""
    flat = {"rate": RATE, "dividend_yield": DIVIDEND, "volatility": VOLATILITY}
    market = {name: {"kind": "flat", "value": value, "status": "ASSUMED"} for name, value in flat.items()}
    underlying = {"kind": "broad_index", "spot": SPOT, "price_basis": "raw", "cash_dividends": [], **market}
    return {
        "schema": "plimsoll/snapshot/v1",
        "valuation_date": TODAY.isoformat(),
        "underlyings": {"INDEX": underlying},
    }


def black_scholes_put() -> dict[str, float]:
    """Price and Greeks of the put: per 1 of spot, of volatility and of rate, theta per year that passes."""
    years = (EXPIRY - TODAY).days / 365
    normal, deviation = NormalDist(), VOLATILITY * math.sqrt(years)
    d1 = (math.log(SPOT / STRIKE) + (RATE - DIVIDEND) * years) / deviation + deviation / 2
    d2 = d1 - deviation
    bond, asset = STRIKE * math.exp(-RATE * years), SPOT * math.exp(-DIVIDEND * years)
    decay = asset * normal.pdf(d1) * VOLATILITY / (2 * math.sqrt(years))
    return {
        "price": bond * normal.cdf(-d2) - asset * normal.cdf(-d1),
        "delta": -math.exp(-DIVIDEND * years) * normal.cdf(-d1),
        "gamma": math.exp(-DIVIDEND * years) * normal.pdf(d1) / (SPOT * deviation),
        "vega": asset * normal.pdf(d1) * math.sqrt(years),
        "theta": -decay + RATE * bond * normal.cdf(-d2) - DIVIDEND * asset * normal.cdf(-d1),
        "rho": -bond * years * normal.cdf(-d2),
    }


def priced_put(folder: Path) -> dict[str, float]:
    """Price the put with the installed package."""
    import plimsoll

    home = Path(str(plimsoll.__file__)).resolve()
    if not home.is_relative_to(Path(sys.prefix).resolve()):
        raise SystemExit(f"smoke: plimsoll comes from {home}, not from {sys.prefix}")
    file = folder / "snapshot.json"
    file.write_text(json.dumps(snapshot_document()))
    put = plimsoll.European("INDEX", plimsoll.OptionType.put, STRIKE, EXPIRY)
    valuation = plimsoll.value(plimsoll.Trade.of(put), plimsoll.read_snapshot(file), plimsoll.ClosedForm())
    return {"price": valuation.price, **valuation.sensitivities}


def check_put(folder: Path) -> None:
    """Hold price and Greeks against the formula."""
    priced, expected = priced_put(folder), black_scholes_put()
    for name, value in expected.items():
        if not math.isclose(priced[name], value, rel_tol=RELATIVE_TOLERANCE):
            raise SystemExit(f"smoke: {name} of the put is {priced[name]!r}, by the formula {value!r}")
    print("put: " + ", ".join(f"{name} {priced[name]:.6f}" for name in expected))


def plimsoll_command(*words: str) -> str:
    """Run the installed command line and give what it printed."""
    command = [str(Path(sys.executable).with_name("plimsoll")), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"smoke: {' '.join(command)} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def check_command_line(workspace: Path) -> None:
    """Price a shipped book from the market data that installed packages carry."""
    print(plimsoll_command("--version"))
    plimsoll_command("data", "ingest", "--workspace", str(workspace))
    document = json.loads(plimsoll_command("value", BOOK, "--workspace", str(workspace), "--json"))
    prices = [outcome["valuation"]["price"] for outcome in document["outcomes"]]
    if document["failed"] or not prices or not all(map(math.isfinite, prices)):
        raise SystemExit(f"smoke: {document['failed']} of {len(prices)} positions of {BOOK} were refused")
    print(f"{BOOK} on {document['valuation_date']}: {len(prices)} positions priced")


def check_import() -> None:
    """Time `import plimsoll` in fresh interpreters; the best of three counts, for the machine may be busy."""
    code = "import time; began = time.perf_counter(); import plimsoll; print(time.perf_counter() - began)"
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, check=True) for _ in range(3)]
    seconds = min(float(run.stdout) for run in runs)
    if seconds > IMPORT_SECONDS:
        raise SystemExit(f"smoke: import plimsoll took {seconds:.3f} s, more than {IMPORT_SECONDS} s")
    print(f"import plimsoll: {seconds:.3f} s")


def main() -> None:
    """Run every check in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        check_put(Path(folder))
        check_command_line(Path(folder) / "workspace")
    check_import()
    print("smoke test passed")


if __name__ == "__main__":
    main()
