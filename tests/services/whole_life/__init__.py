"""A plain model of the whole life of a case, and the machine that plays it against the services."""
