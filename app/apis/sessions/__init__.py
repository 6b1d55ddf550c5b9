"""The sessions API: what integrations ask for, and how it is described; it is served from the embed room."""
