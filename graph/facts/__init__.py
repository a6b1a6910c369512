"""Facts that the payments and records show, though no table says them."""
