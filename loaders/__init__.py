"""From the bank's unified data to graph tables: read, check, resolve identities, shape."""
