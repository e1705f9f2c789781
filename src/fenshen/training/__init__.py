"""Retraining: a library becomes examples, examples an adapter, an adapter a judged version.

PyTorch's threads read how to wait from the environment when it is first imported. Waiting without
spinning costs nothing on idle cores and, with other work on them, made a training step three to ten
times faster (measured: 7 s against 25-75 s on two busy cores). What the user set is kept.
"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
