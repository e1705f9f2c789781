"""Learning from which of two answers is more like the creator: what is known, losses, training, the people's measure."""
