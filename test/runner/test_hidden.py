"""What is taken out of what a program says."""
import os

from runner.commands import Commands
from runner.hidden import Hidden
from runner_case import RunnerCase, limit


class HiddenTest(RunnerCase):
    def test_a_secret_is_found_wherever_the_pieces_end(self) -> None:
        said = b'a hunter2 b user:hunter2 c\nhunter2'
        for size in range(1, len(said) + 1):
            hidden = Hidden(['hunter2', 'user:hunter2', ''])
            shown = b''.join(hidden.next(said[at:at + size]) for at in range(0, len(said), size)) + hidden.end()
            self.assertEqual(shown, b'a *** b *** c\n***', size)

    def test_of_secrets_that_begin_alike_or_overlap_no_rest_is_shown(self) -> None:
        for secrets, said, expected in (
                (['hunter2', 'hunter2-and-more'], b'x hunter2-and-more y hunter2-and-mor z', b'x *** y ***-and-mor z'),
                (['ab', 'abcdef', 'abc'], b'abcdef abcde ab', b'*** ***de ***'),
                (['abcd', 'cdef'], b'-abcdef- -cdefabcd-', b'-***- -******-'),
                (['aba'], b'-ababa-', b'-***-'),
                (['aa'], b'a-aaaaa-a', b'a-***-a'),
                (['end', 'ending'], b'the endin', b'the ***in')):
            for size in range(1, len(said) + 1):
                hidden = Hidden(secrets)
                shown = b''.join(hidden.next(said[at:at + size]) for at in range(0, len(said), size)) + hidden.end()
                self.assertEqual(shown, expected, (secrets, size))

    def test_little_is_kept_of_a_stream_of_nothing_but_secrets(self) -> None:
        hidden = Hidden(['aa', 'aaa'])
        for _ in range(100):
            self.assertLessEqual(len(hidden.next(b'aaaa')), 3)
        self.assertEqual(hidden.end(), b'')

    def test_without_secrets_nothing_is_kept_back(self) -> None:
        self.assertEqual(Hidden([]).next(b'abc'), b'abc')

    def test_it_is_in_neither_the_log_nor_what_is_told(self) -> None:
        commands = Commands(self.log, os.environ, self.stopping)
        ended = commands.run(['sh', '-c', 'printf "x hunter"; printf "2 y\\n"; exit 1'], limit(), hidden=['hunter2'])
        self.assertEqual((ended.status, ended.said), (1, 'x *** y\n'))
        self.assertEqual(self.logged(), 'x *** y\n')
