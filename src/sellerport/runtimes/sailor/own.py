"""What the runtime itself has against something, in the original runtime's words."""


class OwnError(Exception):
    """An error of the runtime's own: the platform is told that its name is `Error`, as with the original."""
