"""PromQL: writing selectors and strings (text), reading what users write (parse)."""
