"""Results of evaluations against the SLOs that read them: pure, and of no server."""
