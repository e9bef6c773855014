"""Whether a zip file is whole, told by its structure: an app that was killed while it wrote leaves half a one, and the
signature of an end record may as well be that of a zip file inside.

An archive without entries is whole: an app that makes one means it. Format: PKWARE's APPNOTE.TXT, 4.3.
"""
import struct

from runner.s3 import read_at

_END = struct.Struct('<4s4H2LH')
_LOCATOR = struct.Struct('<4sLQL')
_END_64 = struct.Struct('<4sQ2H2L4Q')
_ENTRY = b'PK\x01\x02'
_MOST_COMMENT = 0xffff


def is_whole(fd: int, size: int) -> bool:
    """Whether an end record reaches the end of the file, and the directory before it is where the record says."""
    start = max(0, size - _END.size - _MOST_COMMENT)
    tail = read_at(fd, start, size - start)
    at = tail.rfind(b'PK\x05\x06')
    while at >= 0:
        if len(tail) - at >= _END.size:
            fields = _END.unpack_from(tail, at)
            if at + _END.size + fields[7] == len(tail) and _directory_fits(fd, start + at, fields[4], fields[5], fields[6]):
                return True
        at = tail.rfind(b'PK\x05\x06', 0, at)
    return False


def _directory_fits(fd: int, end: int, entries: int, length: int, offset: int) -> bool:
    """`end`: where the end record is, behind the directory."""
    locator = read_at(fd, end - _LOCATOR.size, _LOCATOR.size) if end >= _LOCATOR.size else b''
    if locator[:4] == b'PK\x06\x07':
        before, end = end - _LOCATOR.size - _END_64.size, _LOCATOR.unpack(locator)[2]
        record = read_at(fd, end, _END_64.size) if end <= before else b''
        if record[:4] != b'PK\x06\x06':
            return False
        entries, length, offset = _END_64.unpack(record)[7:10]
    if offset + length != end:
        return False
    return length == 0 and entries == 0 or read_at(fd, offset, 4) == _ENTRY
