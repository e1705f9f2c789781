"""What is not the creator's own words, what is said twice, and how noisy the rest is."""
