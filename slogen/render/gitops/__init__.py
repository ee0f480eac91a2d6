"""One module for each controller that applies the tree of Kubernetes objects from git."""
