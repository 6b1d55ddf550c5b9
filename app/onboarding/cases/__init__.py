"""What staff do with applications: find them, look at them, write about them."""
