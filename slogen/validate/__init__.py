"""From plain data to problems: the JSON Schema first, then what the words mean."""
