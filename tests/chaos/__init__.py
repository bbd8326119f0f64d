"""Breaking the house on purpose while people complain, and counting afterwards what was lost or doubled."""
