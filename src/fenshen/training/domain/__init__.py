"""Domain bases: a base that has read the libraries of several consenting creators of one field."""
