"""The rules of identity, contact and residence that the wizard checks, free of web, database and files."""
