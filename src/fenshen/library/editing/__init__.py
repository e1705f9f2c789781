"""What people change in a library by hand: every change can be taken back, and outlives reading again."""
