"""The facts: one table family a file. Nothing is re-exported; import each class from its own file."""
