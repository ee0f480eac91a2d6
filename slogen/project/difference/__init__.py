"""What a change of the specs means: the same project twice, understood, compiled and compared."""
