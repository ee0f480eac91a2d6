"""The shape of documents: JSON Schema, and its errors in words."""
