"""Takes secrets out of what a program says, on its way into the log."""
import re
from collections.abc import Sequence

_IN_PLACE = b'***'


class Hidden:
    """A stream in pieces. Of each piece so much is kept back as may be the beginning of a secret. Secrets that begin alike
    or overlap in the stream are hidden to the last byte of the last of them.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        known = sorted((secret.encode() for secret in secrets if secret), key=len, reverse=True)
        # At every place the longest one that begins there, also within another.
        self._pattern = re.compile(b'(?=(%s))' % b'|'.join(map(re.escape, known))) if known else None
        self._keep = len(known[0]) - 1 if known else 0
        self._kept = b''
        # So many bytes of what is kept end a secret in whose place something was shown already.
        self._covered = 0

    def next(self, data: bytes) -> bytes:
        """What may be shown after one more piece."""
        text = self._kept + data
        # A secret that begins before this ends in this text.
        return self._shown(text, max(0, len(text) - self._keep))

    def end(self) -> bytes:
        """What is left when nothing follows."""
        return self._shown(self._kept, len(self._kept))

    def _shown(self, text: bytes, cut: int) -> bytes:
        shown: list[bytes] = []
        at = self._covered
        for match in self._pattern.finditer(text) if self._pattern else ():
            start, end = match.span(1)
            if start >= cut:
                break
            if start >= at:
                shown += [text[at:start], _IN_PLACE]
            at = max(at, end)
        shown.append(text[at:cut])
        self._kept, self._covered = text[cut:], max(0, at - cut)
        return b''.join(shown)
