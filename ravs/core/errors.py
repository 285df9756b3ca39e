"""The base of every domain refusal."""


class Refusal(Exception):
    """A rule said no. Carries data; pages choose the words, commands print the message."""

    message = "That cannot be done."

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.message)
