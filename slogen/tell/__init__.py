"""What an SLO means and does, in words, numbers and queries for people."""
