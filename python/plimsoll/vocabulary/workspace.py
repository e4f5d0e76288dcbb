"""Where a workspace keeps its things."""

from dataclasses import dataclass
from pathlib import Path

_PRIVATE = 0o700


@dataclass(frozen=True, slots=True)
class Workspace:
    """The paths under one root; nothing is written outside it."""

    root: Path

    @property
    def datasets(self) -> Path:
        """Folder of the Parquet files and their manifests."""
        return self.root / "datasets"

    @property
    def features(self) -> Path:
        """The DuckDB feature store."""
        return self.root / "features.duckdb"

    @property
    def state(self) -> Path:
        """The governance database: inventory, findings, roster, sign-offs, audit log."""
        return self.root / "state.sqlite"

    @property
    def recorded_root(self) -> Path:
        """The id of the root of the roster, which stays when the governance database is lost."""
        return self.root / "recorded-root.json"

    @property
    def mlflow(self) -> Path:
        """The MLflow tracking database."""
        return self.root / "mlflow.sqlite"

    @property
    def mlartifacts(self) -> Path:
        """Folder of MLflow's artifacts."""
        return self.root / "mlartifacts"

    @property
    def runs(self) -> Path:
        """Folder of runs, one folder each."""
        return self.root / "runs"

    @property
    def stages(self) -> Path:
        """The ledger of stages: how each one ended and how long it took, one line each."""
        return self.root / "stages.jsonl"

    @property
    def keys(self) -> Path:
        """Folder of private keys, closed to others."""
        return self.root / "keys"

    @property
    def logs(self) -> Path:
        """Folder of logs."""
        return self.root / "logs"

    @property
    def lineage(self) -> Path:
        """The file of lineage events."""
        return self.root / "lineage" / "events.ndjson"

    @property
    def reports(self) -> Path:
        """Folder of reports."""
        return self.root / "reports"

    def exists(self) -> bool:
        """Say whether there is a workspace, not just a folder: any of what only a workspace has."""
        return any(path.exists() for path in (self.state, self.stages, self.runs, self.keys))

    def was_used(self) -> bool:
        """Say whether somebody worked here: a key, a run or a stage was kept."""
        return self.stages.exists() or any(self.keys.glob("*.pem")) or any(self.runs.glob("*"))

    def create(self) -> "Workspace":
        """Make the folders that are missing and give the workspace back."""
        for folder in (self.root, self.datasets, self.mlartifacts, self.runs, self.logs, self.reports):
            folder.mkdir(parents=True, exist_ok=True)
        self.keys.mkdir(mode=_PRIVATE, exist_ok=True)
        return self
