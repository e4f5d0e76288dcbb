"""How a table of published values is checked."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """The columns that a table needs, and the function that checks it, named so that only what runs is imported."""

    columns: tuple[str, ...]
    module: str
    function: str
    whole_table: bool = False
    #: The function is given the whole table and the folder of the tables that it refers to.
    reads_companions: bool = False
