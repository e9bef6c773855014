"""What the app prints."""
import os

from runner.app_output import AppOutput
from runner_case import TIMEOUT, RunnerCase


class AppOutputTest(RunnerCase):
    def said(self, data: bytes, first_bytes: int = 1 << 20) -> AppOutput:
        """An app's output that is all there."""
        pipe, end = os.pipe()
        self.addCleanup(os.close, pipe)
        output = AppOutput(pipe, self.log, first_bytes)
        with open(end, 'wb') as file:
            file.write(data)
        output.finish(TIMEOUT)
        return output

    def test_the_last_line_is_the_last_that_is_not_blank(self) -> None:
        for data, expected in ((b'', ''), (b'\n \n', ''), (b'one\ntwo\n', 'two'), (b'one\n  two \n\n \t\n', 'two'),
                               (b'no newline', 'no newline'), (b'one\r\ntwo\r\n', 'two')):
            with self.subTest(data=data):
                self.assertEqual(self.said(data).last_line(), expected)

    def test_of_a_line_that_was_drawn_anew_the_last_state_counts(self) -> None:
        self.assertEqual(self.said(b'begin\n 10 %\r 50 %\r100 %\r\n').last_line(), '100 %')
        self.assertEqual(self.said(b'10 %\r50 %\r   \r').last_line(), '50 %')

    def test_a_line_that_is_too_long_is_cut(self) -> None:
        self.assertEqual(self.said(b'x' * 5000 + b'\n').last_line(), 'x' * 300)

    def test_a_last_line_larger_than_what_is_kept_is_no_failure(self) -> None:
        self.assertEqual(self.said(b'x' * (3 << 20)).last_line(), 'x' * 300)

    def test_broken_utf_8_is_text_all_the_same(self) -> None:
        line = self.said(b'x' * 20 + 'ü'.encode() + b'\xff\xfe\n').last_line()
        self.assertTrue(line.startswith('x' * 20 + 'ü'))
        line.encode('utf-8')

    def test_everything_goes_to_the_log_as_it_is(self) -> None:
        data = b'a\r\n\xff\x00' + b'y' * 200_000 + b'\n'
        self.said(data)
        self.assertEqual(open_bytes(self.log_path), data)

    def test_output_without_a_last_newline_is_ended_with_one(self) -> None:
        self.said(b'end')
        self.assertEqual(open_bytes(self.log_path), b'end\n')

    def test_of_too_much_the_first_and_the_last_part_are_kept_and_the_cut_is_told(self) -> None:
        middle = b''.join(b'%07d\n' % number for number in range(300_000))
        self.said(b'first line\n' + middle + b'last line\n', first_bytes=11)
        first, told, last = open_bytes(self.log_path).split(b'\n', 2)
        self.assertEqual(first, b'first line')
        # The line of the log stands by itself.
        if not told:
            told, last = last.split(b'\n', 1)
        left_out = 11 + len(middle) + 10 - 11 - (1 << 20)
        self.assertIn(b'%d bytes of what the app printed are left out' % left_out, told)
        self.assertEqual(len(last), 1 << 20)
        self.assertTrue(middle[-1000:] + b'last line\n' == last[-1010:])

    def test_a_little_too_much_is_kept_whole(self) -> None:
        self.said(b'0123456789\n', first_bytes=4)
        self.assertEqual(open_bytes(self.log_path), b'0123456789\n')
        self.assertNotIn('left out', self.logged())

    def test_a_daemon_that_holds_the_other_end_does_not_hold_up_the_end(self) -> None:
        pipe, end = os.pipe()
        output = AppOutput(pipe, self.log)
        os.write(end, b'last words\n')
        self.wait_for(lambda: output.last_line() != '', 'what was said')
        # Nobody closes `end` before this is back.
        output.finish(0.01)
        self.assertEqual(output.last_line(), 'last words')
        self.assertEqual(self.logged(), 'last words\n')
        os.close(end)
        output.finish(TIMEOUT)
        os.close(pipe)


def open_bytes(path: str) -> bytes:
    with open(path, 'rb') as file:
        return file.read()
