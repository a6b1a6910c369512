"""A believable Chinese bank of any size, for demonstrations, tests and benchmarks."""
