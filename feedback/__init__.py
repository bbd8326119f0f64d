"""Hồi Âm: complaints about administrative procedures go in, and are answered, checked, sent and published."""

__version__ = "0.1.0"
