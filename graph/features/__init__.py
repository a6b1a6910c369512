"""What the graph says about a subject as it stood on a day: Narwhals over coded long tables.

Peers are always counted through hubs (`group_by(company, product)`, joined back, oneself taken out); no table here
has a row per pair of coworkers.
"""
