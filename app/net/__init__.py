"""Guarded fetching: nothing else in the house opens a connection to an address a user gives."""
