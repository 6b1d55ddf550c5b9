"""Embedding: an integration's sessions, from the call that makes one to its erasure, and the frames that show them."""
