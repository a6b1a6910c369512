"""`python -m guanxi`."""

from guanxi.cli import main

main()
