"""The questions: read-only, each returns rows or plain values and changes nothing."""
