"""The versions of the database, one change each, in the package: an installed copy migrates itself."""
