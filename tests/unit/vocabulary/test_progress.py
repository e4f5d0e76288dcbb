import pytest

from plimsoll.vocabulary.progress import Progress, SilentProgress


def test_silent_progress_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    progress: Progress = SilentProgress()
    progress.stage("ingest", 3)
    progress.advance(3)
    progress.done()
    assert capsys.readouterr() == ("", "")
