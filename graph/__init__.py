"""The graph: model, snapshots, store, algorithms, opportunities, export."""
