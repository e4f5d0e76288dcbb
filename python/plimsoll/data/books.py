"""The books that are shipped with the package: made accounts, marked DEMO."""

import copy
from typing import Any

from plimsoll.data.packs import pack_names, read_pack

FOLDER = "books"


def book_names() -> list[str]:
    """Give the names of the shipped books, sorted."""
    return pack_names(FOLDER)


def load_book(name: str) -> dict[str, Any]:
    """Give a shipped book as a book document (version 1) that the caller may change.

    Raises
    ------
    BadInput
        If there is no such book.
    """
    return copy.deepcopy(dict(read_pack(FOLDER, name).document))
