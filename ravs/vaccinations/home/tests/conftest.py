"""Leeds, where every test of this room takes place."""

from tests.recording_fixtures import at, noon, record, rosa

__all__ = ["at", "noon", "record", "rosa"]
