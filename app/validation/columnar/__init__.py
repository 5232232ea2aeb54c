"""SHACL by columns: one pass over a whole property instead of a visit to every node."""
