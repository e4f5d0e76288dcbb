"""A PostgreSQL server of one's own: in a temporary folder, on a local socket, by a user without rights."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name))


def programs() -> Path | None:
    """Give the folder of the server's programs, the newest there is."""
    found = shutil.which("initdb")
    candidates = [*_PLACES, *([Path(found).resolve().parent] if found else [])]
    return next((path for path in candidates if (path / "initdb").is_file() and (path / "pg_ctl").is_file()), None)


@contextmanager
def server(folder_of_programs: Path) -> Iterator[str]:
    """Start a server and give the folder of its socket; nothing of it is left afterwards."""
    # Not pytest's folder: that one is closed to the user that the server must run as when we are root.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    identity: dict[str, Any] = {}
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def run(program: str, words: Sequence[str]) -> None:
        done = subprocess.run(
            [folder_of_programs / program, "-D", str(folder / "data"), *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"}, check=False, **identity,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout

    try:
        run("initdb", ["-U", "plimsoll", "-A", "trust", "-E", "UTF8", "--no-sync", "--no-instructions"])
        settings = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        run("pg_ctl", ["start", "-w", "-l", str(folder / "log"), "-o", settings])
        try:
            yield str(folder)
        finally:
            run("pg_ctl", ["stop", "-w", "-m", "immediate"])
    finally:
        shutil.rmtree(folder)
