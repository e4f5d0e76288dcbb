"""OpenLineage events of steps, made and written by its own client; imported only where a step is written down.

The client as a whole looks for settings in the environment, in the working folder and at home, and may send events over
the network. Here its events meet its file transport directly, so none of that is looked at.
"""

from pathlib import Path

import attr
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import (
    DatasetFacet,
    OutputDatasetFacet,
    RunFacet,
    dataset_version_dataset,
    error_message_run,
    job_type_job,
    output_statistics_output_dataset,
    parent_run,
    schema_dataset,
)
from openlineage.client.transport.file import FileConfig, FileTransport

from plimsoll.data.lineage import NAMESPACE, Artifact, Happening
from plimsoll.data.lineage_log import appending

EVIDENCE = "plimsoll_evidence"
EVIDENCE_SCHEMA = "urn:plimsoll:schema:lineage-evidence-v1"


@attr.define
class EvidenceFacet(RunFacet):
    """What a step stands on: our own id of the run, the version of the library, digests, and the seed if one was drawn."""

    library_version: str
    run_id: str
    digests: dict[str, str] = attr.field(factory=dict)
    seed: int | None = None

    @staticmethod
    def _get_schema() -> str:
        return EVIDENCE_SCHEMA


class EventFile:
    """Adds events to a file.

    Parameters
    ----------
    path : Path
        The file, one event a line.
    version : str
        Version of the library, which is the producer of the events.
    """

    def __init__(self, path: Path, version: str) -> None:
        self._path = path
        self._producer = f"urn:plimsoll:release:{version}"
        self._transport = FileTransport(FileConfig(log_file_path=str(path.absolute()), append=True))

    def write(self, happening: Happening) -> int:
        """Add the event of what happened; gives how many bytes of an unfinished one were cut off before it."""
        event = event_of(happening, self._producer)
        with appending(self._path) as cut:
            self._transport.emit(event)
        return cut


def event_of(happening: Happening, producer: str) -> RunEvent:
    """Give what happened as an OpenLineage run event."""
    job_type = job_type_job.JobTypeJobFacet("BATCH", "PLIMSOLL", "TASK", producer=producer)
    return RunEvent(
        eventType=RunState[happening.state],
        eventTime=happening.time,
        producer=producer,
        run=Run(happening.run, facets=_run_facets(happening, producer)),
        job=Job(NAMESPACE, happening.job, facets={"jobType": job_type}),
        inputs=[
            InputDataset(NAMESPACE, artifact.full_name, facets=_facets(artifact, producer))
            for artifact in happening.inputs
        ],
        outputs=[
            OutputDataset(
                NAMESPACE,
                artifact.full_name,
                facets=_facets(artifact, producer),
                outputFacets=_statistics(artifact, producer),
            )
            for artifact in happening.outputs
        ],
    )


def _run_facets(happening: Happening, producer: str) -> dict[str, RunFacet]:
    facets: dict[str, RunFacet] = {EVIDENCE: EvidenceFacet(**happening.evidence, producer=producer)}
    if happening.parent is not None:
        run, job = happening.parent
        facets["parent"] = parent_run.ParentRunFacet(
            parent_run.Run(run), parent_run.Job(NAMESPACE, job), producer=producer
        )
    if happening.failure:
        facets["errorMessage"] = error_message_run.ErrorMessageRunFacet(happening.failure, "PYTHON", producer=producer)
    return facets


def _facets(artifact: Artifact, producer: str) -> dict[str, DatasetFacet]:
    facets: dict[str, DatasetFacet] = {
        "version": dataset_version_dataset.DatasetVersionDatasetFacet(artifact.digest, producer=producer)
    }
    if artifact.columns:
        fields = [
            schema_dataset.SchemaDatasetFacetFields(name, kind, ordinal_position=place)
            for place, (name, kind) in enumerate(artifact.columns, start=1)
        ]
        facets["schema"] = schema_dataset.SchemaDatasetFacet(fields, producer=producer)
    return facets


def _statistics(artifact: Artifact, producer: str) -> dict[str, OutputDatasetFacet]:
    if artifact.rows is None:
        return {}
    facet = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(artifact.rows, producer=producer)
    return {"outputStatistics": facet}
