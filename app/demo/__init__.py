"""The demo: made-up people, their pictures and their applications, played through the real use cases."""
