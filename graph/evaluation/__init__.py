"""Back-tests: what the finders would have said on a day, against what was opened after it."""
