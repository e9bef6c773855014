"""The cause in what git says. The texts are those of git 2.39, OpenSSH 9, git-lfs 3 and of well-known servers."""
import unittest

from runner.git_errors import advice, cause

_NO_ACCESS = ('fatal: Could not read from remote repository.\n\n'
              'Please make sure you have the correct access rights\nand the repository exists.\n')
_SIGN_IN = 'check app_url and app_credentials'


class GitErrorsTest(unittest.TestCase):
    def expect(self, said: str, words: str, what_to_do: str) -> None:
        with self.subTest(words=words):
            found = cause(said)
            self.assertEqual((found, advice(found)), (words, what_to_do))

    def test_ssh_says_it_before_git_does(self) -> None:
        for words, what_to_do in (
            ('git@git.example: Permission denied (publickey).', _SIGN_IN),
            ('Host key verification failed.', 'check app_url'),
            ('ssh: Could not resolve hostname git.example: Name or service not known', 'check app_url'),
            ('ssh: connect to host git.example port 22: Connection timed out', ''),
            ('Connection closed by 192.0.2.1 port 22', ''),
            ('No user exists for uid 12345', ''),
            ('ERROR: Repository not found.', _SIGN_IN),
        ):
            self.expect("Warning: Permanently added 'git.example' (ED25519) to the list of known hosts.\n%s\n%s" % (
                words, _NO_ACCESS), words, what_to_do)
        self.expect('Load key "/run/lambda-ec2/git-credential/ssh-key": invalid format\n'
                    'git@git.example: Permission denied (publickey).\n' + _NO_ACCESS,
                    'Load key "/run/lambda-ec2/git-credential/ssh-key": invalid format;'
                    ' git@git.example: Permission denied (publickey).', _SIGN_IN)

    def test_a_server_says_it_before_git_does(self) -> None:
        self.expect('remote: Invalid username or password.\nremote: \n'
                    "fatal: Authentication failed for 'https://git.example/x.git/'\n",
                    'remote: Invalid username or password.;'
                    " fatal: Authentication failed for 'https://git.example/x.git/'", _SIGN_IN)
        self.expect("fatal: could not read Username for 'https://git.example': terminal prompts disabled\n",
                    "fatal: could not read Username for 'https://git.example': terminal prompts disabled", _SIGN_IN)
        self.expect("fatal: unable to access 'https://git.example/x/': The requested URL returned error: 403\n",
                    "fatal: unable to access 'https://git.example/x/': The requested URL returned error: 403", _SIGN_IN)
        self.expect("fatal: unable to access 'https://git.example/x/': The requested URL returned error: 503\n",
                    "fatal: unable to access 'https://git.example/x/': The requested URL returned error: 503", '')

    def test_an_object_that_the_lfs_server_has_not(self) -> None:
        words = ('Error downloading object: a.bin (4665a5e): Smudge error: Error downloading a.bin (4665a5ea): [4665a5ea]'
                 ' Object does not exist on the server: [404] Object does not exist on the server')
        self.expect(words + '\n\nErrors logged to /var/lib/lambda-ec2/app/.git/lfs/logs/20261126T000000.log.\n'
                    'Use `git lfs logs last` to view the log.\n'
                    "error: external filter 'git-lfs filter-process' failed\nfatal: a.bin: smudge filter lfs failed\n",
                    words, 'push what is missing to the LFS server (git lfs push --all)')

    def test_a_redirection_tells_where_to_and_no_secret(self) -> None:
        self.expect('fatal: unable to update url base from redirection:\n'
                    '  asked for: https://git.example/x/info/refs?service=git-upload-pack\n'
                    '   redirect: https://sso.example/login?SAMLRequest=hunter2\n',
                    'fatal: unable to update url base from redirection: asked for: https://git.example/x/info/refs'
                    ' redirect: https://sso.example/login', 'check app_url')

    def test_a_ref_that_is_not_there(self) -> None:
        self.expect("fatal: couldn't find remote ref main\n", "fatal: couldn't find remote ref main", 'check app_ref')

    def test_a_commit_that_a_submodule_has_not_is_not_what_app_ref_names(self) -> None:
        self.expect('error: Server does not allow request for unadvertised object 01ab\n'
                    "fatal: Fetched in submodule path 'lib', but it did not contain 01ab. Direct fetching of that commit"
                    ' failed.\n', 'error: Server does not allow request for unadvertised object 01ab; fatal: Fetched in'
                    " submodule path 'lib', but it did not contain 01ab. Direct fetching of that commit failed.", '')

    def test_a_submodule_is_named(self) -> None:
        said = ("Cloning into '/x/lib'...\nfatal: could not read Username for 'https://other.example': terminal prompts"
                " disabled\nfatal: clone of 'https://other.example/part.git' into submodule path '/x/lib' failed\n"
                "Failed to clone 'lib'. Retry scheduled\n")
        self.assertIn("clone of 'https://other.example/part.git' into submodule path '/x/lib' failed", cause(said + said))

    def test_whatever_is_said_makes_one_bounded_line(self) -> None:
        self.assertEqual(cause(''), '')
        self.assertEqual(cause('no word\nof ours\n'), 'of ours')
        for said in ('fatal: ' + 'x' * 70_000, 'remote: \x1b[31mred\x1b[0m\x07\n' * 1000, 'fatal: a\n   redirect: b\n' * 9):
            self.assertLessEqual(len(cause(said)), 400)
            self.assertNotRegex(cause(said), r'[\x00-\x1f]')
