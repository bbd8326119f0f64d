"""Tests, in rooms that mirror the package's. A package, so that no installed `tests` hides it."""
