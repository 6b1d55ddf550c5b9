"""What Alta keeps: rows, encrypted columns and encrypted blobs."""
