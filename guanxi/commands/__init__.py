"""One module per group of commands; each only wires."""
