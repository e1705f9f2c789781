"""Who is speaking in a recording, and whether it is the creator."""
