"""Bodies and answers, by what they are of."""
