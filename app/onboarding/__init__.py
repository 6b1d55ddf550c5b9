"""The use cases, which own the transactions: plain arguments in, plain values out."""
