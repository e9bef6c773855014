"""The settings http_proxy and no_proxy."""
from unittest import mock

from fake_proxy import FakeProxy
from fake_s3 import Reply, replies
from runner.aws import Aws
from runner.builder import Builder
from runner.connection import NoAnswer, Server
from runner.failure import Stopped
from runner.git import Git
from runner.paths import Paths
from runner.proxy import Proxy, s3_hosts, ssh_advice
from runner.settings import with_defaults
from runner_case import RunnerCase, S3Case, limit

_URL = 'http://proxy.example.com:3128'
_ALWAYS_PAST = 'localhost,127.0.0.1,::1,169.254.169.254,fd00:ec2::254'


def proxy(no_proxy: str = '', url: str = _URL) -> Proxy:
    return Proxy(with_defaults({'http_proxy': url, 'no_proxy': no_proxy}), *s3_hosts('eu-west-1', 'amazonaws.com'))


class ProxyTest(RunnerCase):
    def test_programs_find_it_under_names_of_either_case(self) -> None:
        variables = proxy('.example.org').environment()
        past = '.example.org,%s,s3.eu-west-1.amazonaws.com,s3.dualstack.eu-west-1.amazonaws.com' % _ALWAYS_PAST
        self.assertEqual(variables, {'http_proxy': _URL, 'https_proxy': _URL, 'no_proxy': past,
                                     'HTTP_PROXY': _URL, 'HTTPS_PROXY': _URL, 'NO_PROXY': past})

    def test_without_one_nothing_is_said_to_programs(self) -> None:
        self.assertEqual(proxy('.example.org', url='').environment(), {})
        self.assertIsNone(proxy(url='').server_for('example.com'))

    def test_hosts_of_no_proxy_the_metadata_and_s3_are_reached_past_it(self) -> None:
        for named, host, past in (
                ('', 'secretsmanager.eu-west-1.amazonaws.com', False),
                ('', 's3.eu-west-1.amazonaws.com', True), ('', 'b.s3.dualstack.eu-west-1.amazonaws.com', True),
                ('', '169.254.169.254', True), ('', 'fd00:ec2::254', True), ('', 'localhost', True), ('', '127.0.0.1', True),
                ('.example.com', 'git.example.com', True), ('.example.com', 'example.com', True),
                ('example.com', 'git.example.com', True), ('example.com', 'anexample.com', False),
                ('Example.com:443', 'example.com', True), ('10.0.0.0/8', '10.1.2.3', True), ('10.0.0.0/8', '11.1.2.3', False),
                ('[fd01::1]', 'fd01::1', True), ('fd01::/16', 'fd01::7', True), ('x/8,a.b', 'a.b', True),
                ('.eu-west-1.amazonaws.com', 'ssm.eu-west-1.amazonaws.com', True)):
            with self.subTest(named=named, host=host):
                self.assertEqual(proxy(named).server_for(host), None if past else ('proxy.example.com', 3128))

    def test_ipv6_addresses_of_proxies_come_in_brackets(self) -> None:
        self.assertEqual(proxy(url='http://[fd01::5]:80/').server_for('example.com'), ('fd01::5', 80))

    def test_ssh_that_reaches_no_server_is_told_that_it_does_not_go_through_a_proxy(self) -> None:
        settings = with_defaults({'http_proxy': _URL})
        for said in ('ssh: connect to host example.com port 22: Connection timed out\nfatal: Could not read',
                     'x\n  ssh: Could not resolve hostname example.com: Name or service not known'):
            self.assertIn('ssh does not go through http_proxy', ssh_advice(settings, said))
            self.assertEqual(ssh_advice(with_defaults({}), said), '')
        self.assertEqual(ssh_advice(settings, 'git@example.com: Permission denied (publickey).'), '')


class ThroughProxyTest(S3Case):
    def setUp(self) -> None:
        super().setUp()
        self.proxy = FakeProxy(self.s3.url)
        self.addCleanup(self.proxy.close)
        self.settings = with_defaults({'http_proxy': 'http://%s:%d' % self.proxy.address})
        self.server = Server('http://service.invalid', self.stopping, self.proxy.address)

    def why(self) -> str:
        with self.assertRaises(NoAnswer) as caught:
            self.server.request('GET', '/jobs/key', {}, limit())
        return str(caught.exception)

    def test_a_name_that_the_proxy_alone_knows_is_reached_over_one_connection(self) -> None:
        self.s3.always = replies(Reply(200, b'body'))
        for _ in range(3):
            self.assertEqual(self.server.request('GET', '/jobs/key', {}, limit()).body, b'body')
        self.assertEqual(self.proxy.asked, ['service.invalid:80'])

    def test_services_are_asked_through_it_and_s3_past_it(self) -> None:
        self.s3.always = replies(Reply(200, b'{}'))
        names = {'AWS_ENDPOINT_URL': 'http://service.invalid', 'AWS_ENDPOINT_URL_S3': self.s3.url}
        aws = Aws(self.metadata, 'eu-west-1', 'amazonaws.com', self.stopping, names)
        aws.proxy = Proxy(self.settings)
        for service in ('s3', 'secretsmanager', 'ssm'):
            self.assertEqual(aws.request(service, 'GET', '/').status, 200, service)
        self.assertEqual(self.proxy.asked, ['service.invalid:80'] * 2)

    def test_what_no_proxy_names_is_asked_past_it(self) -> None:
        aws = Aws(self.metadata, 'eu-west-1', 'amazonaws.com', self.stopping, {'AWS_ENDPOINT_URL': self.s3.url})
        aws.proxy = Proxy({**self.settings, 'no_proxy': '127.0.0.0/8'})
        self.assertEqual(aws.request('ssm', 'GET', '/').status, 404)
        self.assertEqual(self.proxy.asked, [])

    def test_a_proxy_that_refuses_is_named_with_what_it_says(self) -> None:
        self.proxy.answer = b'HTTP/1.1 403 Forbidden\r\n\r\n<html>'
        self.assertEqual(self.why(), 'the proxy refuses service.invalid:80: 403 Forbidden')

    def test_a_proxy_that_is_not_there_is_named(self) -> None:
        self.proxy.close()
        self.assertIn('the proxy 127.0.0.1:%d cannot be reached: ' % self.proxy.address[1], self.why())

    def test_a_proxy_that_says_nothing_is_not_waited_for_when_the_job_is_stopped(self) -> None:
        self.proxy.answer = b''
        work = self.in_thread(lambda: self.server.request('GET', '/jobs/key', {}, limit()))
        self.wait_for(lambda: len(self.proxy.asked) == 1, 'the question')
        self.stopping.begin()
        self.assertIsInstance(work.join().error, Stopped)

    def test_a_proxy_that_says_nothing_ends_in_time(self) -> None:
        self.proxy.answer = b''
        with mock.patch('runner.connect._TUNNEL_SECONDS', 0.1):
            self.assertEqual(self.why(), 'the proxy gave no answer for service.invalid:80')

    def test_ipv6_addresses_are_asked_for_in_brackets(self) -> None:
        self.server = Server('http://[fd01::7]:8080', self.stopping, self.proxy.address)
        self.assertEqual(self.server.request('GET', '/jobs/key', {}, limit()).status, 404)
        self.assertEqual(self.proxy.asked, ['[fd01::7]:8080'])

    def test_git_is_given_it_and_the_aws_cli_is_not(self) -> None:
        builder = Builder(Paths(self.folder), self.commands, Proxy(self.settings))
        self.script('bin/git', '#!/bin/sh\necho "$https_proxy"\n')
        builder.environment['PATH'] = '%s:%s' % (self.path('bin'), builder.environment['PATH'])
        for folder in (builder.paths.app, builder.paths.home):
            self.write(folder + '/x')
        said = Git(builder, 'https://example.com/app.git', limit()).run('fetch').said
        self.assertEqual(said, self.settings['http_proxy'] + '\n')
        self.assertNotIn('https_proxy', self.commands.environment)
