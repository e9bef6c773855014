"""An SSH private key as people store it: with other line ends, with spaces or `\\n` where lines ended, on one line, or
the whole once more in base64. The structure of a key tells whether it came through whole, so that ssh never has to.

Formats: RFC 7468 (https://www.rfc-editor.org/rfc/rfc7468) around the DER of OpenSSL or OpenSSH's own
(https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key).
"""
import base64
import re
from typing import Optional

# Those that ssh reads; there are PRIVATE KEYs of PGP and of others.
_LABEL = '(?:(?:OPENSSH|RSA|EC|DSA|ENCRYPTED) )?PRIVATE KEY'
_MARK = re.compile('-{4,5} ?(?:BEGIN|END) (?:[A-Z0-9]+ )*PRIVATE KEY')
_OURS = re.compile('-----(?:BEGIN|END) %s-----' % _LABEL)
_BLOCK = re.compile('-----BEGIN (%s)-----(.*?)-----END \\1-----' % _LABEL, re.DOTALL)
_PUBLIC = re.compile('(?:ssh-|ecdsa-sha2-|sk-ssh-|sk-ecdsa-)[a-z0-9@.-]+ +AAAA|-{4,5} ?BEGIN (?:[A-Z0-9]+ )*PUBLIC KEY')
# What a line end became in a variable, a form or a file of settings.
_LINE_END = re.compile(r'\\+[nr]|\s+')
_MAGIC = b'openssh-key-v1\0'
_LINE = 64


class Unusable(Exception):
    """A secret that is no credential for git. The argument is the rest of a sentence about it, without anything of it
    but the names of fields.
    """


def restore(text: str) -> Optional[str]:
    """The key in the text as ssh reads it; None when there is no sign of one.

    :raises Unusable: when there is one that ssh could not use, or not without being asked for something
    """
    text = _decoded(text)
    if text.startswith('PuTTY-User-Key-File'):
        raise Unusable('is a key of PuTTY: export it from PuTTYgen as an OpenSSH key and store that')
    if not _MARK.search(text):
        if _PUBLIC.search(text):
            raise Unusable('holds a public key: store the private key that belongs to it')
        return None
    if not _OURS.search(text):
        raise Unusable('holds a private key of a kind that ssh does not read: store an OpenSSH key')
    blocks = _BLOCK.findall(text)
    if len(blocks) > 1:
        raise Unusable('holds more than one private key: store one of them')
    if not blocks:
        raise _cut_off()
    label, body = blocks[0]
    if 'ENCRYPTED' in label or 'Proc-Type' in body:
        raise _protected()
    content = _LINE_END.sub('', body)
    _check(label, _bytes_of(content))
    lines = [content[at:at + _LINE] for at in range(0, len(content), _LINE)]
    return '\n'.join(['-----BEGIN %s-----' % label, *lines, '-----END %s-----' % label, ''])


def _cut_off() -> Unusable:
    return Unusable('holds a private key that is not whole: store its file as it is, from its first line to its last')


def _protected() -> Unusable:
    return Unusable('holds a private key that is protected by a passphrase, which nobody is there to type: store one without'
                    ' (ssh-keygen -p -N "" takes it away)')


def _decoded(text: str) -> str:
    """The text itself, or what it stands for when the file of a key was put into base64."""
    content = _LINE_END.sub('', text)
    if not content.startswith('LS0t'):
        return text
    try:
        return base64.b64decode(content, validate=True).decode('ascii')
    except ValueError:
        return text


def _bytes_of(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except ValueError:
        raise _cut_off() from None


def _check(label: str, data: bytes) -> None:
    """:raises Unusable: when the key is not whole or is encrypted"""
    if label != 'OPENSSH PRIVATE KEY':
        if not _is_whole_sequence(data):
            raise _cut_off()
        return
    if not data.startswith(_MAGIC):
        raise _cut_off()
    cipher, rest = _string(data[len(_MAGIC):])
    if cipher != b'none':
        raise _protected()
    for _ in ('kdfname', 'kdfoptions'):
        _, rest = _string(rest)
    keys, rest = int.from_bytes(rest[:4], 'big'), rest[4:]
    for _ in range(keys + 1):
        _, rest = _string(rest)
    if rest:
        raise _cut_off()


def _string(data: bytes) -> tuple[bytes, bytes]:
    """A text with its length before it, and what follows it."""
    size = int.from_bytes(data[:4], 'big')
    if len(data) < 4 + size or len(data) < 4:
        raise _cut_off()
    return data[4:4 + size], data[4 + size:]


def _is_whole_sequence(data: bytes) -> bool:
    """Whether it is one SEQUENCE of DER (X.690, 8.1.3) and nothing else."""
    if len(data) < 2 or data[0] != 0x30:
        return False
    if data[1] < 0x80:
        return len(data) == 2 + data[1]
    more = data[1] & 0x7f
    return len(data) == 2 + more + int.from_bytes(data[2:2 + more], 'big')
