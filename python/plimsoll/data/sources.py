"""Where the market data comes from: CSV files that installed packages carry, read as files and never imported."""

from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from plimsoll.vocabulary.errors import BadInput, MissingDependency

ADJUSTED_WORDS = "closes adjusted for splits and dividends"
RAW_WORDS = "levels as published, not adjusted"


@dataclass(frozen=True, slots=True)
class Source:
    """One CSV file of an installed package, and how it is to be read.

    ``columns`` are the number columns in file order; the first column of the file holds the dates, written in
    ``date_format``. ``names`` renames columns of the file where its own name says too little.
    """

    dataset: str
    package: str
    path: str
    date_column: str
    date_format: str
    columns: tuple[str, ...]
    names: tuple[str, ...]
    calendar: str
    price_basis: str
    price_words: str
    licence: str
    notice: str
    description: str


@dataclass(frozen=True, slots=True)
class LocatedSource:
    """A source whose file is there: the file and the version of the package that carries it."""

    source: Source
    version: str
    file: Path


_SKFOLIO_NOTICE = "Copyright (c) 2023-2026 The skfolio developers"
_ARCH_NOTICE = "Copyright (c) 2017 Kevin Sheppard"
_STOCKS = (
    *("AAPL", "AMD", "BAC", "BBY", "CVX", "GE", "HD", "JNJ", "JPM", "KO"),
    *("LLY", "MRK", "MSFT", "PEP", "PFE", "PG", "RRC", "UNH", "WMT", "XOM"),
)

SOURCES: tuple[Source, ...] = (
    Source(
        dataset="us_stocks",
        package="skfolio",
        path="skfolio/datasets/data/sp500_dataset.csv.gz",
        date_column="Date",
        date_format="%Y-%m-%d",
        columns=_STOCKS,
        names=_STOCKS,
        calendar="XNYS",
        price_basis="adjusted",
        price_words=ADJUSTED_WORDS,
        licence="BSD-3-Clause",
        notice=_SKFOLIO_NOTICE,
        description="daily closes of 20 US stocks",
    ),
    Source(
        dataset="sp500",
        package="skfolio",
        path="skfolio/datasets/data/sp500_index.csv.gz",
        date_column="Date",
        date_format="%Y-%m-%d",
        columns=("SP500",),
        names=("SP500",),
        calendar="XNYS",
        price_basis="raw",
        price_words="price index: dividends are not reinvested, equal to the raw close of sp500_ohlcv where both exist",
        licence="BSD-3-Clause",
        notice=_SKFOLIO_NOTICE,
        description="daily closes of the S&P 500 index",
    ),
    Source(
        dataset="sp500_ohlcv",
        package="arch",
        path="arch/data/sp500/sp500.csv.gz",
        date_column="Date",
        date_format="%m/%d/%Y",
        columns=("Open", "High", "Low", "Close", "Adj Close", "Volume"),
        names=("open", "high", "low", "close", "adjusted_close", "volume"),
        calendar="XNYS",
        price_basis="raw",
        price_words=RAW_WORDS,
        licence="NCSA",
        notice=_ARCH_NOTICE,
        description="S&P 500 index: open, high, low, close and volume",
    ),
    Source(
        dataset="vix",
        package="arch",
        path="arch/data/vix/vix.csv.gz",
        date_column="Date",
        date_format="%m/%d/%Y",
        columns=("vix",),
        names=("VIX",),
        calendar="weekdays",
        price_basis="raw",
        price_words=RAW_WORDS,
        licence="NCSA",
        notice=_ARCH_NOTICE,
        description="VIX index at the close, in percent a year; empty on holidays",
    ),
    Source(
        dataset="wti",
        package="arch",
        path="arch/data/wti/wti.csv.gz",
        date_column="Date",
        date_format="%m/%d/%Y",
        columns=("DCOILWTICO",),
        names=("WTI",),
        calendar="weekdays",
        price_basis="raw",
        price_words=RAW_WORDS,
        licence="NCSA",
        notice=_ARCH_NOTICE,
        description="West Texas Intermediate crude oil, spot, dollars a barrel; empty on holidays",
    ),
)


def locate(source: Source) -> LocatedSource:
    """Find the file of a source in the installed packages.

    Raises
    ------
    MissingDependency
        If the package is not installed; ``fix`` holds the install command.
    BadInput
        If the package is there without the file.
    """
    try:
        distribution = metadata.distribution(source.package)
    except metadata.PackageNotFoundError as error:
        raise MissingDependency(
            "package_not_installed",
            field=f"source of {source.dataset}",
            value=source.package,
            allowed=f"an installed {source.package}: only its data file is read",
            fix=f"pip install --no-deps {source.package}",
        ) from error
    file = Path(str(distribution.locate_file(source.path)))
    if not file.is_file():
        raise BadInput(
            "source_file_missing",
            field=f"source of {source.dataset}",
            value=file,
            allowed=f"a release of {source.package} that carries {source.path}",
            fix=f"pip install --no-deps --force-reinstall {source.package}",
        )
    return LocatedSource(source=source, version=distribution.version, file=file)
