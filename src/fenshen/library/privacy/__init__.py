"""Personal data in what a creator brings: found, masked before it is stored for use, listed for review."""
