"""Archives: what kind a file is, and its files laid out in a folder within limits."""
