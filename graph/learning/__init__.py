"""Learning from the past: cut-offs, samples, a calibrated learner."""

import os

# OpenMP's threads spin while they wait, which on a machine with other work makes LightGBM ten times slower; the
# library reads this when it is loaded, so it stands before anything that loads it
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
