"""The use cases of staff: who they are, how they sign in, and what they may see."""
