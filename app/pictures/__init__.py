"""Owns what happens to a picture between upload and storage."""
