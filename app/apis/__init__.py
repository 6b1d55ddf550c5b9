"""The APIs that take a finished application: each a folder with its contract, its service and its HTTP routes."""
