"""A log of a full life, in memory and in a file, sealed to its last entry by the owner."""

from pathlib import Path

import pytest

from governance_log import Log
from governance_world import OWNER, World, bring_to_use, world_with_roster
from plimsoll.governance.roster import Role
from plimsoll.governance.signing import Subject, sign
from plimsoll.storage.reader import read_log


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Log:
    """A log of a full life, sealed to its last entry by the owner."""
    world = world_with_roster(tmp_path_factory.mktemp("log"))
    bring_to_use(world)
    head = world.journal.read()[0][-1].hash
    sign(world.desk, Subject("audit log", head), Role.owner, "attested", OWNER)
    return read_log(world.path)


@pytest.fixture
def sealed_world(tmp_path: Path) -> World:
    found = world_with_roster(tmp_path)
    bring_to_use(found)
    sign(found.desk, Subject("audit log", found.journal.read()[0][-1].hash), Role.owner, "attested", OWNER)
    return found
