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

    def test_without_secrets_nothing_is_kept_back(self) -> None:
        self.assertEqual(Hidden([]).next(b'abc'), b'abc')

    def test_it_is_in_neither_the_log_nor_what_is_told(self) -> None:
        commands = Commands(self.log, os.environ, self.stopping)
        ended = commands.run(['sh', '-c', 'printf "x hunter"; printf "2 y\\n"; exit 1'], limit(), hidden=['hunter2'])
        self.assertEqual((ended.status, ended.said), (1, 'x *** y\n'))
        self.assertEqual(self.logged(), 'x *** y\n')
