"""The rules of the house: standard library only, no database, no web, no translated text."""
