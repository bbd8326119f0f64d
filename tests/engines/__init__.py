"""Launchers of the real servers that the tests talk to; every one dies with the test run."""
