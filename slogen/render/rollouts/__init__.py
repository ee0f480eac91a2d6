"""One module for each controller that asks Prometheus before it goes on with a rollout."""
