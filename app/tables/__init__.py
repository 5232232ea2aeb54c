"""Tables in: Data Package descriptors, CSV reading, Table Schema checks, cell references."""
