"""What the user meant (SLO, Tier) and what will be emitted (Rule, Group): frozen data, no format."""
