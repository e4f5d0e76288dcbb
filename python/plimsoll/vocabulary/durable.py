"""Files that are whole or not there: what a kill or a power cut leaves is the old file or the new one, never a part.

A writer that is killed may leave a file whose name begins with :data:`PARTIAL` behind; no reader looks at those.
"""

import os
import tempfile
from pathlib import Path

PARTIAL = ".partial-"
_READABLE = 0o644


def write_atomically(path: Path, data: bytes, mode: int = _READABLE) -> None:
    """Put bytes at a path so that a reader sees the old file or the whole new one, never a part.

    The file and the entry in its folder are on the disk when this returns.

    Parameters
    ----------
    path : Path
        Where they go; missing folders are made.
    data : bytes
        The whole content.
    mode : int
        Rights of the file, in force before it has its name.
    """
    partial = _partial_of(path, data, mode)
    try:
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    sync_folder(path.parent)


def create_atomically(path: Path, data: bytes, mode: int = _READABLE) -> None:
    """Do the same where nothing may lie yet.

    Raises
    ------
    FileExistsError
        If something lies at the path; it stays as it is.
    """
    partial = _partial_of(path, data, mode)
    try:
        path.hardlink_to(partial)
    finally:
        partial.unlink(missing_ok=True)
    sync_folder(path.parent)


def move_into_place(partial: Path, path: Path) -> None:
    """Give a finished file, written under another name in the same folder, the name under which it is read."""
    with partial.open("rb") as stream:
        os.fsync(stream.fileno())
    partial.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _partial_of(path: Path, data: bytes, mode: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=PARTIAL, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            os.fchmod(stream.fileno(), mode)
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)
