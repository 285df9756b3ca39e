"""A place for a demonstration that is not running."""

from pathlib import Path

import pytest

from ravs.demo.ground import Ground
from tests.demo.running import free_ports


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    return Ground(tmp_path / "state", *free_ports())
