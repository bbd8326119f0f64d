"""./run and ./test, and the launchers they and the tests stand on."""
