"""Tests, in rooms that mirror the package's; a package so that nothing installed under the same name hides it."""
