"""DCAT-AP VL catalog, dumps and feed files: pure rendering, no clock and no store."""
