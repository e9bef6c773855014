"""The versions that the packages of a job are to have."""
from typing import Any

from fake_s3 import error, replies
from runner import package_list
from runner.failure import JobFailure
from runner.package_list import PackageList
from runner.settings import with_defaults
from runner_case import PartialContext, S3Case, limit

_KEY = 'app_runner/packages/may.txt'


class PackageListTest(S3Case):
    def context(self, **tags: str) -> Any:
        return PartialContext(settings=with_defaults(tags), bucket=self.bucket, aws=self.aws, limit=limit())

    def failure(self) -> str:
        with self.assertRaises(JobFailure) as caught:
            package_list.read(self.context(app_packages=_KEY))
        return str(caught.exception)

    def test_without_the_setting_nothing_is_asked(self) -> None:
        self.assertIsNone(package_list.read(self.context()))
        self.assertEqual(self.s3.seen, [])

    def test_it_is_read_with_one_request(self) -> None:
        self.s3.put(_KEY, b'numpy==1.19.5\nsix==1.16.0\n')
        read = package_list.read(self.context(app_packages=_KEY))
        assert read is not None
        self.assertEqual(read.constraints(), 'numpy==1.19.5\nsix==1.16.0\n')
        self.assertEqual(self.s3.methods(), ['GET'])

    def test_what_says_no_version_is_left_out(self) -> None:
        text = ('numpy==1.19.5\r\n\n# numpy==1\nmine\n-e ./x\n--index-url https://example.com/\nname @ file:///x\n'
                'local==1.0+abc.1\na==1; python_version>"3"\nb==\n==1\nc>=1\nd===1\n  six==1.16.0  \ne==1 --hash=sha256:00\n')
        self.assertEqual(PackageList(text).constraints(), 'numpy==1.19.5\nlocal==1.0+abc.1\nsix==1.16.0\n')

    def test_names_and_versions_are_compared_as_pip_does(self) -> None:
        wanted = PackageList('Ruamel.Yaml==1.0\nlocal==1.0+abc.1\n')
        self.assertEqual(wanted.differing(['ruamel_yaml==1.0.0', 'LOCAL==1.0+abc_1', 'other==3']), [])
        self.assertEqual(wanted.differing(['ruamel_yaml==1.1']), ['ruamel-yaml 1.1 instead of 1.0'])
        self.assertEqual(wanted.differing(['local']), ['local (unknown) instead of 1.0+abc.1'])
        self.assertEqual(wanted.missing(['local']), ['ruamel-yaml'])

    def test_one_that_is_not_there_is_told(self) -> None:
        self.assertEqual(self.failure(), 'BAD_SETTINGS: app_packages names s3://jobs/app_runner/packages/may.txt, which'
                         ' cannot be read (S3 answered 404 NoSuchKey:'
                         ' The specified key does not exist.): upload it again')

    def test_a_refusal_is_told(self) -> None:
        self.s3.always = replies(error(403, 'AccessDenied'))
        self.assertIn('S3 answered 403 AccessDenied', self.failure())

    def test_it_has_a_limit(self) -> None:
        self.s3.put(_KEY, b'x' * ((1 << 20) + 1))
        self.assertIn('which is no list of packages: it has 1048577 bytes', self.failure())
