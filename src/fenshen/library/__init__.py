"""A creator's library: items, their timed passages, readers for each format, rights and persona."""
