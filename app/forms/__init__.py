"""Fields, choices and the base form that steps share."""
