"""The HTTP edge: routes that translate, and nothing else."""
