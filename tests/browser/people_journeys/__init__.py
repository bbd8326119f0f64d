"""People at a browser, a sentence of the issue in each file, from the first page to the last."""
