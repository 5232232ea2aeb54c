"""Inventories (CSV, Excel) in the lab: the project's tables, mappings and profiles, to the cell."""
