"""Rows to RDF: triples maps (RML's model), read from YARRRML, run with row and column kept."""
