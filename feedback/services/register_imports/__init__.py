"""Registers that come as CSV files: each file all or nothing, and the same file twice changes nothing."""
