"""A believable Chinese bank of any size, for demonstrations, tests and benchmarks."""

from demo.bank import make_bank

__all__ = ["make_bank"]
