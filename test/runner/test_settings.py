"""The job's settings."""
from typing import Callable, Optional
from unittest import mock

from runner import settings
from runner.clock import Limit
from runner.contract import SETTING_DEFAULTS
from runner.failure import JobFailure
from runner.metadata import Unavailable
from runner_case import FakeMetadata, RunnerCase

_URL = 'https://git.example/app.git'


class Tags(FakeMetadata):
    """An instance with tags, or one that shows none for a while or for good."""

    def __init__(self, tags: dict[str, str], hidden: int = 0) -> None:
        super().__init__()
        self.tags = tags
        self.hidden = hidden

    def get(self, path: str, until: Optional[Limit] = None, form: Optional[Callable[[str], bool]] = None) -> Optional[str]:
        prefix = 'meta-data/tags/instance'
        assert path.startswith(prefix)
        if self.hidden > 0:
            self.hidden -= 1
            return None
        name = path[len(prefix) + 1:]
        return self.tags.get(name) if name else '\n'.join(self.tags)


class NoService(FakeMetadata):
    def get(self, path: str, until: Optional[Limit] = None, form: Optional[Callable[[str], bool]] = None) -> Optional[str]:
        raise Unavailable('no answer')


class SettingsTest(RunnerCase):
    def problems(self, **tags: str) -> str:
        with self.assertRaises(JobFailure) as caught:
            settings.check(settings.with_defaults({'app_url': _URL, **tags}))
        self.assertEqual(caught.exception.reason, 'BAD_SETTINGS')
        return caught.exception.message

    def test_a_missing_tag_and_an_empty_one_stand_for_the_default(self) -> None:
        self.assertEqual(settings.with_defaults({}), SETTING_DEFAULTS)
        found = settings.with_defaults({'app_main': '', 'ec2_timeout': '5m', 'Name': 'a runner'})
        self.assertEqual(found, {**SETTING_DEFAULTS, 'ec2_timeout': '5m'})

    def test_every_job_has_a_limit(self) -> None:
        for text, expected in (('60s', 60), ('15m', 900), ('8h', 28800), ('7d', 604800), ('', 3600), ('8d', 3600),
                               ('forever', 3600), ('0s', 3600), ('-1m', 3600), ('1h ', 3600), ('1.5h', 3600),
                               ('1h\n', 3600),
                               ('9999999999h', 3600)):
            with self.subTest(text=text):
                self.assertEqual(settings.timeout_seconds(settings.with_defaults({'ec2_timeout': text})), expected)

    def test_good_settings_have_no_problem(self) -> None:
        settings.check(settings.with_defaults({'app_url': _URL}))

    def test_all_problems_are_named_at_once(self) -> None:
        message = self.problems(**{name: 'a\nb' for name in SETTING_DEFAULTS})
        for name in SETTING_DEFAULTS:
            self.assertRegex(message, r'\b%s\b' % name)
        self.assertEqual(message.count(';'), len(SETTING_DEFAULTS) - 1)
        self.assertEqual(message.count('set it in settings.yaml'), 1)

    def test_two_settings_with_the_same_file_are_a_problem(self) -> None:
        self.assertIn("app_out_zip and app_in_zip are the same file 'data.zip'",
                      self.problems(app_in_zip='data.zip', app_out_zip='data.zip'))
        self.assertIn("app_log and app_main are the same file 'main.py'", self.problems(app_log='main.py'))

    def test_a_secret_in_the_url_is_not_shown(self) -> None:
        for url in ('https://user:hunter2@git.example/a.git', 'https://hunter2@git.example/a.git',
                    'https://git.example/a.git?token=hunter2', 'https://git.example/\nhunter2'):
            with self.subTest(url=url):
                self.assertNotIn('hunter2', self.problems(app_url=url))

    def test_control_characters_are_a_problem_and_are_not_printed(self) -> None:
        message = self.problems(app_main='main\n\x1b[31m.py')
        self.assertIn('app_main', message)
        self.assertNotRegex(message, '[\x00-\x1f]')

    def test_every_setting_with_a_tag_is_read(self) -> None:
        tags = {'app_url': _URL, 'app_main': 'a.py', 'app_log': '', 'Name': 'x', 'aws:ec2launchtemplate:version': '3'}
        self.assertEqual(settings.read(Tags(tags)), {'app_url': _URL, 'app_main': 'a.py', 'app_log': ''})

    def test_a_setting_whose_name_is_a_part_of_another_tags_is_not_there(self) -> None:
        self.assertEqual(settings.read(Tags({'my_app_main': 'a.py', 'app_main2': 'b.py'})), {})

    def test_tags_that_come_late_are_waited_for(self) -> None:
        with mock.patch('runner.settings.time.sleep') as sleep:
            self.assertEqual(settings.read(Tags({'app_url': _URL}, hidden=3)), {'app_url': _URL})
        self.assertEqual(sleep.call_count, 3)

    def test_tags_that_never_come_are_told(self) -> None:
        with mock.patch('runner.settings.time.sleep') as sleep, self.assertRaises(JobFailure) as caught:
            settings.read(Tags({}, hidden=1000))
        self.assertEqual(caught.exception.reason, 'BAD_SETTINGS')
        self.assertIn('InstanceMetadataTags', caught.exception.message)
        self.assertGreater(sleep.call_count, 1)

    def test_a_service_that_does_not_answer_is_told(self) -> None:
        with self.assertRaises(JobFailure) as caught:
            settings.read(NoService())
        self.assertIn('run the job again', caught.exception.message)
