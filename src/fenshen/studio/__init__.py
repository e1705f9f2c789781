"""The creator's workshop: library, import batches, trainings, releases, comparisons, feedback, transfer."""
