"""What the benches measure on, as the tests of those packages make it."""

from unit.library.conftest import samples
from unit.training.conftest import base_file, db, fresh, shelf

__all__ = ["base_file", "db", "fresh", "samples", "shelf"]
