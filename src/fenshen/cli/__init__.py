"""The command line edge: one file per noun, nothing but translation."""
