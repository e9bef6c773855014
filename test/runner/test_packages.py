"""What is said to be installed in an environment."""
import os
from pathlib import Path

from runner import packages
from runner_case import RunnerCase


class PackagesTest(RunnerCase):
    def setUp(self) -> None:
        super().setUp()
        # Signs that a pattern of file names could take for its own.
        self.venv = self.path('[odd] *venv')
        self.app = self.path('app')
        self.folder_of_packages = os.path.join(self.venv, 'lib/python3.6/site-packages')
        os.makedirs(self.folder_of_packages)
        os.makedirs(self.app)

    def installed(self) -> list[str]:
        return packages.installed(self.venv, self.app)

    def link(self, name: str, text: str) -> None:
        Path(self.folder_of_packages, name + '.egg-link').write_text(text)

    def metadata(self, folder: str, text: str = 'Metadata-Version: 2.1\nName: my-pkg\nVersion: 1.2\n\nVersion: no\n') -> str:
        os.makedirs(os.path.join(folder, 'my_pkg.egg-info'))
        path = os.path.join(folder, 'my_pkg.egg-info/PKG-INFO')
        Path(path).write_text(text)
        return path

    def test_names_and_versions_are_those_of_the_metadata_folders(self) -> None:
        for name in ('requests-2.27.1.dist-info', 'ruamel.yaml-0.17.dist-info', 'zope_interface-5.4.0.post1.dist-info',
                     'my-pkg-1.0.dist-info', 'requests', 'nothing.egg-info', 'old_way-3.1-py3.6.egg-info'):
            os.makedirs(os.path.join(self.folder_of_packages, name))
        self.assertEqual(self.installed(), ['my-pkg==1.0', 'old_way==3.1', 'requests==2.27.1', 'ruamel.yaml==0.17',
                                            'zope_interface==5.4.0.post1'])
        self.assertEqual(packages.installed(self.path('missing'), self.app), [])

    def test_an_editable_package_is_one_too(self) -> None:
        for folder in (self.app, os.path.join(self.app, 'src'), os.path.join(self.venv, 'src/my-pkg')):
            with self.subTest(folder=folder):
                self.link('my-pkg', folder + '\n../\n')
                path = self.metadata(folder)
                self.assertEqual(self.installed(), ['my-pkg==1.2'])
                os.unlink(path)
                os.rmdir(os.path.dirname(path))
                self.assertEqual(self.installed(), ['my-pkg'])

    def test_no_other_file_of_the_machine_is_read(self) -> None:
        outside = self.metadata(self.path('outside'))
        self.link('my-pkg', os.path.dirname(os.path.dirname(outside)) + '\n.\n')
        self.assertEqual(self.installed(), ['my-pkg'])
        inside = self.metadata(self.app)
        self.link('my-pkg', self.app + '\n.\n')
        os.unlink(inside)
        os.symlink(outside, inside)
        self.assertEqual(self.installed(), ['my-pkg'])
        os.unlink(inside)
        os.mkfifo(inside)
        self.assertEqual(self.ends(self.installed), ['my-pkg'])

    def test_a_link_that_is_none_ends_nothing(self) -> None:
        for text in ('', '\n', 'a\0b\n', '/\n', '../../..\n', 'x' * 100_000):
            with self.subTest(text=text[:9]):
                self.link('my-pkg', text)
                self.assertEqual(self.installed(), ['my-pkg'])
        os.unlink(os.path.join(self.folder_of_packages, 'my-pkg.egg-link'))
        os.mkfifo(os.path.join(self.folder_of_packages, 'my-pkg.egg-link'))
        self.assertEqual(self.ends(self.installed), ['my-pkg'])
