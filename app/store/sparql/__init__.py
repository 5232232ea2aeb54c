"""SPARQL over a release: the guard before any engine, and the embedded engine behind it."""
