"""The command line and settings: wires the rooms together."""
