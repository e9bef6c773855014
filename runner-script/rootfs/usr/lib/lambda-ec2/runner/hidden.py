"""Takes secrets out of what a program says, on its way into the log."""
from collections.abc import Sequence

_IN_PLACE = b'***'


class Hidden:
    """A stream in pieces. Of each piece so much is kept back as may be the beginning of a secret."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = sorted((secret.encode() for secret in secrets if secret), key=len, reverse=True)
        self._kept = b''

    def next(self, data: bytes) -> bytes:
        """What may be shown after one more piece."""
        text = self._replaced(self._kept + data)
        longest = len(self._secrets[0]) - 1 if self._secrets else 0
        cut = max(0, len(text) - longest)
        self._kept = text[cut:]
        return text[:cut]

    def end(self) -> bytes:
        """What is left when nothing follows."""
        rest, self._kept = self._kept, b''
        return rest

    def _replaced(self, text: bytes) -> bytes:
        for secret in self._secrets:
            text = text.replace(secret, _IN_PLACE)
        return text
