"""The use cases of deciding on a case: approve, reject, ask again."""
