"""The cause in what pip says. The texts are pip's own: 21.3.1, the last for Python 3.6, and 23 to 25."""
import unittest

from runner.pip_errors import Cause, cause

_LOOKING = 'Looking in indexes: https://i.example/simple\nLooking in links: /opt/wheelhouse\n'
_NONE = ('ERROR: Could not find a version that satisfies the requirement %s (from versions: %s)\n'
         'ERROR: No matching distribution found for %s\n')
# What old pip says around what a program said that it ran, and what it says of that in the end.
_OLD_BUILD = '''Collecting cext
  Using cached cext-1.0.tar.gz (5.0 kB)
  Installing build dependencies: started
  Installing build dependencies: finished with status 'done'
  Getting requirements to build wheel: started
  Getting requirements to build wheel: finished with status 'error'
  ERROR: Command errored out with exit status 1:
   command: /opt/venvs/0123456789/bin/python /opt/pip/pip/_vendor/pep517/in_process/_in_process.py build_wheel /tmp/tmpu
       cwd: /tmp/pip-install-i244v_u5/cext_9d158ca768624359b438015234a46fbc
  Complete output (8 lines):
%s
  ----------------------------------------
WARNING: Discarding https://files.example/cext-1.0.tar.gz. Command errored out with exit status 1: /opt/venvs/0123456789
ERROR: Could not find a version that satisfies the requirement cext (from versions: 1.0)
ERROR: No matching distribution found for cext
'''
_NEW_BUILD = '''Collecting cext
  Building wheel for cext (pyproject.toml): finished with status 'error'
  error: subprocess-exited-with-error
\x20\x20
  × Building wheel for cext (pyproject.toml) did not run successfully.
  │ exit code: 1
  ╰─> [8 lines of output]
%s
      [end of output]
\x20\x20
  note: This error originates from a subprocess, and is likely not a problem with pip.
  ERROR: Failed building wheel for cext
Failed to build cext
ERROR: Failed to build installable wheels for some pyproject.toml based projects (cext)
'''


class PipErrorsTest(unittest.TestCase):
    def causes(self, said: str, python: str = '3.6.15', has_compiler: bool = True) -> Cause:
        found = cause(said, python, has_compiler)
        self.assertNotRegex(str(found), r'[\n\x00-\x1f]')
        self.assertLess(len(str(found)), 700)
        return found

    def build(self, output: str, has_compiler: bool = True) -> list[Cause]:
        indented = '\n'.join('      ' + line for line in output.splitlines())
        return [self.causes(_LOOKING + form % indented, has_compiler=has_compiler) for form in (_OLD_BUILD, _NEW_BUILD)]

    def test_a_version_that_is_not_there(self) -> None:
        found = self.causes(_LOOKING + _NONE % ('six==99', '0.9.0, 0.9.1, 1.0, 1.1, 1.2, 1.3', 'six==99'))
        self.assertEqual(str(found),
                         'No matching distribution found for six==99 (from versions: ..., 0.9.1, 1.0, 1.1, 1.2, 1.3)')
        self.assertEqual(found.missing, 'six==99')

    def test_a_version_for_another_python(self) -> None:
        told = ('ERROR: Ignored the following versions that require a different python version: 1.20.0 Requires-Python'
                ' >=3.7; 1.26.0 Requires-Python <3.13,>=3.9\n')
        asked = ("  Link requires a different Python (3.6.15 not in: '>=3.7'): https://files.example/packages/1f/"
                 'numpy-1.20.0-cp37-cp37m-manylinux2010_x86_64.whl#sha256=ab (from https://i.example/simple/numpy/)'
                 ' (requires-python:>=3.7)\n'
                 "  Link requires a different Python (3.6.15 not in: '<3.13,>=3.9'): /numpy-1.26.0.tar.gz\n"
                 "  Link requires a different Python (3.6.15 not in: '>=3.8'): /numpy_stl-1.20.0.tar.gz\n")
        for others in (told, asked):
            for requirement, known in (('numpy==1.20.0', '1.20.0 Requires-Python >=3.7'),
                                       ('numpy>=1.20', '1.26.0 Requires-Python <3.13,>=3.9')):
                with self.subTest(requirement=requirement):
                    found = self.causes(others + _NONE % (requirement + ' (from mypkg)', '1.18.0, 1.19.5', requirement))
                    self.assertEqual(found.text, 'No matching distribution found for %s (from versions: 1.18.0, 1.19.5):'
                                     ' %s, and this is Python 3.6.15' % (requirement, known))
                    self.assertIn('python_version', found.advice)
            # That of another version, or of another package, explains nothing.
            self.assertEqual(self.causes(others + _NONE % ('numpy==7', '1.19.5', 'numpy==7')).advice, '')
        self.assertEqual(self.causes(asked + _NONE % ('six', 'none', 'six')).advice, '')

    def test_a_package_that_refuses_this_python(self) -> None:
        found = self.causes('Processing ./x-1.0.tar.gz\n'
                            "ERROR: Package 'x' requires a different Python: 3.6.15 not in '>=3.8'\n")
        self.assertEqual(found.text, "Package 'x' requires a different Python: 3.6.15 not in '>=3.8'")
        self.assertIn('python_version', found.advice)
        found = self.causes("ERROR: Packages require a different Python. 3.6.15 not in:\n'>=3.8' (required by x 1.0)\n"
                            "'>=3.7' (required by y 2.0)\n")
        self.assertIn("'>=3.8' (required by x 1.0) '>=3.7' (required by y 2.0)", found.text)

    def test_an_index_that_cannot_be_reached(self) -> None:
        for warning, words in (
            ('WARNING: Retrying (Retry(total=4, connect=None, read=None, redirect=None, status=None)) after connection'
             " broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f0aab18bcd0>:"
             " Failed to"
             " establish a new connection: [Errno -2] Name or service not known',)': /simple/six/\n",
             'Failed to establish a new connection: [Errno -2] Name or service not known'),
            ('WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection'
             " broken by 'ReadTimeoutError(\"HTTPSConnectionPool(host='i.example', port=443): Read timed out."
             " (read timeout=15)\")':"
             ' /simple/six/\n', 'Read timed out. (read timeout=15)'),
            ('Could not fetch URL https://i.example/simple/six/: There was a problem confirming the ssl certificate:'
             " HTTPSConnectionPool(host='i.example', port=443): Max retries exceeded with url: /simple/six/ (Caused by"
             " SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed')))"
             ' - skipping\n',
             'CERTIFICATE_VERIFY_FAILED'),
            ('WARNING: 401 Error, Credentials not correct for https://i.example/simple/six/\n',
             'Credentials not correct'),
            ('WARNING: The repository located at i.example is not a trusted or secure host and is being ignored.\n',
             'i.example is not a trusted or secure host'),
        ):
            with self.subTest(words=words):
                found = self.causes(_LOOKING + warning + _NONE % ('six', 'none', 'six'))
                self.assertTrue(found.text.startswith('six could not be looked up: '))
                self.assertIn(words, found.text)
                self.assertNotIn('object at 0x', found.text)
                self.assertEqual((found.advice, found.missing), ('', ''))
                # It came through at last.
                self.assertIn('(from versions: 1.0)', self.causes(warning + _NONE % ('six==2', '1.0', 'six==2')).text)

    def test_sums_that_do_not_match(self) -> None:
        found = self.causes(
            'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the package'
            ' versions, please update the hashes. Otherwise, examine the package contents carefully; someone may have'
            ' tampered with them.\n    six==1.0 from https://files.example/six-1.0-py3-none-any.whl (from -r x (line 2)):\n'
            '        Expected sha256 00aa\n             Got        5a34\n\n')
        self.assertEqual(found.text, 'THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE: six==1.0 from'
                         ' https://files.example/six-1.0-py3-none-any.whl (from -r x (line 2)): Expected sha256 00aa'
                         ' Got 5a34')
        found = self.causes('ERROR: Hashes are required in --require-hashes mode, but they are missing from some'
                            ' requirements. Here is a list of those requirements along with the hashes'
                            ' their downloaded archives actually had.\n    idna==3.3 --hash=sha256:84d9\n')
        self.assertIn('Hashes are required in --require-hashes mode: idna==3.3', found.text)

    def test_versions_that_do_not_go_together(self) -> None:
        found = self.causes(
            'INFO: pip is looking at multiple versions of six to determine which version is compatible\n'
            'ERROR: Cannot install a==1.0 and six==1.1 because these package versions have conflicting dependencies.\n\n'
            'The conflict is caused by:\n    The user requested six==1.1\n    a 1.0 depends on six<1.1\n\n'
            'To fix this you could try to:\n1. loosen the range of package versions you\'ve specified\n\n'
            'ERROR: ResolutionImpossible: for help visit https://pip.pypa.io/en/latest/\n')
        self.assertEqual(str(found), 'Cannot install a==1.0 and six==1.1 because these package versions have conflicting'
                         ' dependencies. The user requested six==1.1; a 1.0 depends on six<1.1')

    def test_a_build_that_fails_says_why_itself(self) -> None:
        for found in self.build("Traceback (most recent call last):\n  File \"setup.py\", line 1, in <module>\n"
                                "    import numpy\nModuleNotFoundError: No module named 'numpy'"):
            self.assertEqual(str(found), "building cext failed: ModuleNotFoundError: No module named 'numpy'")

    def test_a_compiler_that_is_not_there(self) -> None:
        for words in ("error: command 'gcc' failed: No such file or directory", 'sh: gcc: command not found',
                      "unable to execute 'gcc': No such file or directory", "error: can't find Rust compiler",
                      '/bin/sh: 1: cc: not found', '/bin/sh: line 1: gfortran: command not found'):
            for found in self.build("building 'c' extension\n%s\nerror: failed" % words):
                self.assertEqual(found.text, 'building cext failed: ' + words)
                self.assertIn('an instance has no compiler: name a version of cext that has a wheel for Python 3.6',
                              found.advice)

    def test_old_setuptools_do_not_say_whether_there_is_a_compiler(self) -> None:
        output = "gcc -Wall -c c.c -o build/c.o\nerror: command 'gcc' failed with exit status 1"
        for found in self.build(output, has_compiler=False):
            self.assertEqual(found.text, "building cext failed: error: command 'gcc' failed with exit status 1")
            self.assertIn('no compiler', found.advice)
        self.assertEqual([found.advice for found in self.build(output)], ['', ''])

    def test_a_header_that_is_not_there(self) -> None:
        for found in self.build("c.c:2:10: fatal error: ffi.h: No such file or directory\ncompilation terminated.\n"
                                "error: command '/usr/bin/gcc' failed with exit code 1"):
            self.assertEqual(found.text, 'building cext failed: c.c:2:10: fatal error: ffi.h: No such file or directory')
            self.assertIn('a wheel for Python 3.6', found.advice)

    def test_a_build_that_the_kernel_ended(self) -> None:
        for found in self.build('c++: fatal error: Killed signal terminated program cc1plus\ncompilation terminated.\n'
                                "error: command 'c++' failed with exit status 1"):
            self.assertIn('Killed signal terminated program cc1plus', found.text)
            self.assertIn('memory', found.advice)

    def test_what_the_build_itself_needs(self) -> None:
        for found in self.build(_NONE % ('setuptools>=61', '58.0, 59.6.0', 'setuptools>=61')):
            self.assertEqual((found.text, found.missing), (
                'building cext failed: No matching distribution found for setuptools>=61 (from versions: 58.0, 59.6.0)',
                'setuptools>=61'))

    def test_the_first_error_and_not_the_last(self) -> None:
        for said, words in (
            ("ERROR: Invalid requirement: 'foo bar' (from line 2 of requirements.txt)\n",
             "Invalid requirement: 'foo bar' (from line 2 of requirements.txt)"),
            ("  fatal: unable to access 'https://git.example/x.git/': Could not resolve host: git.example\n"
             'ERROR: Command errored out with exit status 128: git clone -q https://git.example/x.git /tmp/x\n',
             "unable to access 'https://git.example/x.git/': Could not resolve host: git.example"),
            ('ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n\n',
             'Could not install packages due to an OSError: [Errno 28] No space left on device'),
            ('ERROR: one\nERROR: two\n', 'one'),
            ("ERROR: Exception:\nTraceback (most recent call last):\n  File \"x\"\nAttributeError: module 'x'\n",
             "AttributeError: module 'x'"),
            ('Segmentation fault\n\n', 'Segmentation fault'),
            ('', 'see the log'),
        ):
            with self.subTest(words=words):
                self.assertEqual(str(self.causes(_LOOKING + said if said else '')), words)

    def test_whatever_is_said_makes_one_bounded_line(self) -> None:
        self.causes('ERROR: ' + 'x' * 70_000)
        self.causes('ERROR: \x1b[31mred\x1b[0m \x07')
        for found in self.build('x' * 70_000 + ' gcc: not found ' + 'y' * 70_000):
            self.assertLess(len(found.text), 500)
