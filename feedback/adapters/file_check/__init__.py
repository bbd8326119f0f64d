"""Looking at files that strangers send: everything that parses one runs in a child process with bounds, and what
comes back is a new file, rebuilt from the parts that are known to be harmless."""
