"""The personal informations API: a record of a natural person with three pictures."""
