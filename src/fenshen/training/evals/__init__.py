"""Measures of likeness, each in a module of its own, and the suite that takes them all in one run."""
