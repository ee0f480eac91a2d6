"""May this be deployed: policies over standings, and a canary against what is stable. Pure but for `ask`."""
