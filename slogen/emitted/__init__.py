"""What will be emitted: rules, routes, panels, pages, unit tests. Frozen data that knows no format."""
