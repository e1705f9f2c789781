"""Ours against a named peer, measured in the same run: `python -m bench NAME`. No part of the package."""
