"""The native half: JSON text in, JSON text out."""

def rehearse(spec: str) -> str:
    """Create and delete a cluster on a simulator of its own; spec and result are JSON text."""
