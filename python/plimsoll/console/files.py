"""Files that a command is asked to write."""

from pathlib import Path

from plimsoll.vocabulary.errors import BadInput


def write_text(path: Path, text: str, option: str) -> None:
    """Write a text file where the person asked for it.

    Parameters
    ----------
    path : Path
        The file.
    text : str
        Its content.
    option : str
        The option that named the file.

    Raises
    ------
    BadInput
        If it cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(
            "file_not_writable",
            field=option,
            value=f"{path}: {error.strerror}",
            allowed="a file in a folder that exists and can be written",
            fix="name another file, or make its folder",
        ) from error
