"""The code and the machine that a validation runs on, as its manifest records them."""

import platform
from importlib.metadata import PackageNotFoundError, version

from plimsoll import _core
from plimsoll.validation.context import NOT_RECORDED, Environment

_ABSENT = "not installed"


def present_environment(
    lock_digest: str, challenger: str = "QuantLib", code_digest: str = NOT_RECORDED, core_digest: str = NOT_RECORDED
) -> Environment:
    """Give the environment of this process.

    Parameters
    ----------
    lock_digest : str
        Digest of the locked requirements that this installation was made from.
    challenger : str
        The distribution of the challenger.
    code_digest, core_digest : str
        Digests of the package with its core, and of the core alone.

    Returns
    -------
    Environment
        With the instruction set that the core chose and the version of the challenger.
    """
    try:
        challenger_version = version(challenger)
    except PackageNotFoundError:
        challenger_version = _ABSENT
    return Environment(
        library_version=str(_core.version),
        lock_digest=lock_digest,
        isa=str(_core.instruction_set),
        python_version=platform.python_version(),
        challenger_version=challenger_version,
        code_digest=code_digest,
        core_digest=core_digest,
    )
