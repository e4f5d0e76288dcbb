"""A process beside this one, which never outlives it."""

import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor


def one_worker() -> ProcessPoolExecutor:
    """Give an executor with one process, started with the first work; it ends with this process, however this one ends.

    A worker that waits for work holds both ends of its pipe and would wait for ever after its parent was killed.
    """
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), initializer=_end_with_parent)


def _end_with_parent() -> None:
    threading.Thread(target=_end_after_parent, daemon=True).start()


def _end_after_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
