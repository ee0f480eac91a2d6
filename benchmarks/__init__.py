"""Ratios measured in one run, no pass or fail: `python -m benchmarks [generation|rules|fleet]`."""
