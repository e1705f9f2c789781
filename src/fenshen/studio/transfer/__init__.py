"""A whole twin as one signed file: written on one machine, checked and taken in on another."""
