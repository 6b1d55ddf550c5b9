"""Owns telling a picture's format from its first bytes, whatever its name or declared type."""


def sniff(head: bytes) -> str | None:
    """Return "JPEG", "PNG" or "WEBP" from the first 16 bytes of a file; None for anything else."""
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WEBP"
    return None
