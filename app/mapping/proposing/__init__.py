"""Proposing a mapping for a table that nobody mapped yet, from its heads and a sample of values."""
