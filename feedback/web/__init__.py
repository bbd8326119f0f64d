"""People's door into the house: guards, labels, filters, and one package a desk."""
