"""The phone as a camera."""
