"""The deeds: plain functions, one use case each. They never commit and never see HTTP."""
