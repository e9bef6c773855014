"""Whether a zip file is whole."""
import io
import os
import struct
import zipfile
from unittest import mock

from runner import zip_file
from runner_case import RunnerCase

_END = struct.Struct('<4s4H2LH')
_LOCATOR = struct.Struct('<4sLQL')
_END_64 = struct.Struct('<4sQ2H2L4Q')


def archive(entries: dict[str, bytes], comment: bytes = b'', method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, 'w', method) as made:
        for name, content in entries.items():
            made.writestr(name, content)
        made.comment = comment
    return file.getvalue()


class ZipFileTest(RunnerCase):
    def setUp(self) -> None:
        super().setUp()
        self.fd = self.open(self.write('file.zip'), os.O_RDWR)

    def is_whole(self, data: bytes) -> bool:
        os.truncate(self.fd, 0)
        os.pwrite(self.fd, data, 0)
        return zip_file.is_whole(self.fd, len(data))

    def test_an_archive_is_whole(self) -> None:
        entries = {'a.txt': b'a' * 1000, 'b/c.txt': b'', 'ü.bin': os.urandom(100_000)}
        for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            self.assertTrue(self.is_whole(archive(entries, method=method)))

    def test_an_archive_without_entries_is_whole(self) -> None:
        self.assertTrue(self.is_whole(archive({})))
        self.assertTrue(self.is_whole(archive({}, b'made by hand')))

    def test_a_comment_of_any_length_is_borne(self) -> None:
        for comment in (b'x', b'PK\x05\x06', b'x' * 0xffff, archive({'a': b'b'}), archive({})):
            self.assertTrue(self.is_whole(archive({'a': b'b'}, comment)), comment[:20])

    def test_no_archive_is_not_whole(self) -> None:
        for data in (b'', b'P', b'PK', b'PK\x05\x06', b'text\n' * 1000, b'PK\x05\x06' * 1000, os.urandom(70_000)):
            self.assertFalse(self.is_whole(data), data[:20])

    def test_one_that_was_cut_is_not_whole_wherever_it_was_cut(self) -> None:
        for data in (archive({'a': b'text', 'b': b'more'}), archive({'a': b'b'}, b'a comment'), archive({})):
            for size in range(len(data)):
                self.assertFalse(self.is_whole(data[:size]), 'cut at %d of %d' % (size, len(data)))

    def test_one_with_something_behind_it_is_not_whole(self) -> None:
        self.assertFalse(self.is_whole(archive({'a': b'b'}) + b'\n'))

    def test_half_an_archive_that_ends_with_a_stored_archive_is_not_whole(self) -> None:
        """An app that was killed while it packed spreadsheets, which are zip files themselves."""
        for inner in (archive({'sheet.xml': b'<x/>' * 50}, method=zipfile.ZIP_DEFLATED), archive({}),
                      archive({'a': b''}, b'c')):
            outer = archive({'report.txt': b'text', 'book.xlsx': inner, 'more.txt': b'more'})
            half = outer[:outer.index(inner) + len(inner)]
            self.assertTrue(half.endswith(inner))
            self.assertFalse(self.is_whole(half))

    def test_an_archive_full_of_archives_is_whole(self) -> None:
        inner = archive({'sheet.xml': b'<x/>' * 50})
        self.assertTrue(self.is_whole(archive({'%d.xlsx' % number: inner for number in range(50)})))
        self.assertTrue(self.is_whole(archive({'a.xlsx': inner}, inner)))

    def zip64(self) -> bytes:
        """As Python's zipfile makes one of 2 to 4 GiB: its end record says everything itself, and the ZIP64 records
        stand between it and the directory.
        """
        with mock.patch('zipfile.ZIP64_LIMIT', 10), mock.patch('zipfile.ZIP_FILECOUNT_LIMIT', 1):
            data = archive({'a.txt': b'a' * 100, 'b.txt': b'b' * 100})
        self.assertIn(b'PK\x06\x06', data)
        return data

    def test_an_archive_with_zip64_records_is_whole_and_cut_it_is_not(self) -> None:
        data = self.zip64()
        self.assertTrue(self.is_whole(data))
        for size in range(len(data)):
            self.assertFalse(self.is_whole(data[:size]), 'cut at %d of %d' % (size, len(data)))

    def test_a_zip64_archive_whose_end_record_defers_to_the_other_is_whole(self) -> None:
        data = bytearray(self.zip64())
        at = data.rindex(b'PK\x05\x06')
        data[at:] = _END.pack(b'PK\x05\x06', 0, 0, 0xffff, 0xffff, 0xffffffff, 0xffffffff, 0)
        self.assertTrue(self.is_whole(bytes(data)))

    def test_an_end_record_that_is_not_for_this_file_is_none(self) -> None:
        data = archive({'a': b'b'})
        for offset in (1, -1):
            record = bytearray(data)
            at = record.rindex(b'PK\x05\x06')
            fields = list(_END.unpack_from(record, at))
            fields[6] += offset
            _END.pack_into(record, at, *fields)
            self.assertFalse(self.is_whole(bytes(record)))

    def test_a_locator_that_leads_nowhere_is_not_whole(self) -> None:
        for place in (0, 5, 1 << 40, (1 << 63) - 1, 1 << 63, (1 << 64) - 1):
            data = (archive({'a': b'b'}) + _LOCATOR.pack(b'PK\x06\x07', 0, place, 1)
                    + _END.pack(b'PK\x05\x06', 0, 0, 0xffff, 0xffff, 0xffffffff, 0xffffffff, 0))
            with self.subTest(place=place):
                self.assertFalse(self.is_whole(data))

    def test_a_zip64_record_that_leads_nowhere_is_not_whole(self) -> None:
        for length, offset in (((1 << 64) - 1, 0), (0, (1 << 64) - 1), (1 << 63, 1 << 63), (3, 4)):
            record = _END_64.pack(b'PK\x06\x06', 44, 45, 45, 0, 0, 1, 1, length, offset)
            data = (record + _LOCATOR.pack(b'PK\x06\x07', 0, 0, 1)
                    + _END.pack(b'PK\x05\x06', 0, 0, 0xffff, 0xffff, 0xffffffff, 0xffffffff, 0))
            with self.subTest(length=length, offset=offset):
                self.assertFalse(self.is_whole(data))
