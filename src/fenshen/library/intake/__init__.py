"""Files into a library: found, read in worker processes, stored one transaction after another."""
