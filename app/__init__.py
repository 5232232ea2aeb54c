"""Vijfster: linked open data publisher for Flanders."""

__version__ = "0.1.0"
