"""fenshen (分身): a creator's own library becomes a retrained twin that fans talk to and pay by the second."""

__version__ = "0.1.0"
