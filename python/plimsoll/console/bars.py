"""Progress bars on the terminal, and nothing where there is no terminal."""

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text


class _Speed(ProgressColumn):
    """Units a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f}/s", style="cyan")


class Bars:
    """A progress port that draws one bar a stage: name, units done, speed, time left.

    Where the console is no terminal, each stage gives one plain line when it ends, so that logs stay readable.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            TextColumn("{task.description:<34}"),
            BarColumn(),
            MofNCompleteColumn(),
            _Speed(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task: int | None = None
        self._name = ""
        self._count = 0

    def __enter__(self) -> "Bars":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def stage(self, name: str, total: int) -> None:
        """Begin a stage of ``total`` units; 0 if the size is unknown."""
        self._name, self._count = name, 0
        self._task = self._progress.add_task(name, total=total or None)

    def advance(self, count: int) -> None:
        """Report ``count`` more finished units of the present stage."""
        self._count += count
        if self._task is not None:
            self._progress.advance(self._progress.task_ids[self._task], count)

    def done(self) -> None:
        """End the present stage."""
        if self._task is not None:
            task = self._progress.tasks[self._task]
            self._progress.update(task.id, total=task.total or task.completed, completed=task.total or task.completed)
        if not self._console.is_terminal:
            self._console.print(f"{self._name}: {self._count:,} done", markup=False, highlight=False)
        self._task = None
