"""HTTP over connections that are kept."""
import io
import os
import socket
import threading
from typing import BinaryIO, Optional
from unittest import mock

from fake_s3 import FakeS3, Reply, Seen, Talk, breaks_off, hangs, replies, says_nothing
from runner.clock import Limit
from runner.connection import NoAnswer, Response, Server, TooLarge
from runner.failure import Stopped
from runner_case import TIMEOUT, RunnerCase, S3Case, Work, limit


class Watched(threading.Condition):
    """Tells that somebody waits on it."""

    waits = threading.Event()

    def wait(self, timeout: Optional[float] = None) -> bool:
        Watched.waits.set()
        return super().wait(timeout)


class ConnectionTest(S3Case):
    def setUp(self) -> None:
        super().setUp()
        self.server = Server(self.s3.url, self.stopping)

    def get(self, until: Optional[Limit] = None, sink: Optional[BinaryIO] = None, most: int = 1 << 24,
            method: str = 'GET') -> Response:
        return self.server.request(method, '/jobs/key', {'host': self.server.host}, until or limit(), b'', sink, most)

    def stop(self) -> None:
        self.stopping.begin()
        self.server.interrupt()

    def test_an_answer_is_told_whole(self) -> None:
        self.s3.always = replies(Reply(200, b'body', {'X-Amz-Version-Id': 'v1', 'ETag': '"e"'}))
        answer = self.get()
        self.assertEqual((answer.status, answer.body), (200, b'body'))
        self.assertEqual((answer.headers['x-amz-version-id'], answer.headers['etag']), ('v1', '"e"'))

    def test_one_connection_is_used_for_many_requests(self) -> None:
        self.s3.put('key', b'body')
        for method in ('GET', 'HEAD', 'GET', 'DELETE', 'GET') * 4:
            self.get(method=method)
        self.server.request('PUT', '/jobs/key', {}, limit(), b'x' * 100_000)
        self.get(sink=io.BytesIO())
        self.assertEqual(len(self.s3.seen), 22)
        self.assertEqual(self.s3.connections, 1)

    def test_a_request_that_waits_long_for_the_connection_opens_another(self) -> None:
        self.s3.scripts = [hangs]
        first = self.in_thread(self.get)
        self.wait_for(lambda: len(self.s3.seen) == 1, 'the first request')
        with mock.patch('runner.connection._SHARE_SECONDS', 0.01):
            self.assertEqual(self.get().status, 404)
        self.assertEqual(self.s3.connections, 2)
        self.stop()
        self.assertIsInstance(first.join().error, Stopped)

    def test_requests_of_several_threads_share_a_connection(self) -> None:
        def many() -> None:
            for _ in range(8):
                self.assertEqual(self.get().status, 404)
        with mock.patch('runner.connection._SHARE_SECONDS', TIMEOUT):
            for work in [self.in_thread(many) for _ in range(4)]:
                self.assertIsNone(work.join().error)
        self.assertEqual((len(self.s3.seen), self.s3.connections), (32, 1))

    def test_a_kept_connection_that_the_server_has_closed_is_replaced(self) -> None:
        self.s3.put('key', b'body')

        def last_answer(_seen: Seen, talk: Talk) -> None:
            # Without saying so, as a server does that is tired of waiting.
            talk.hang_up()

        for _ in range(5):
            self.s3.scripts = [last_answer]
            self.assertEqual(self.get().body, b'body')
        self.assertEqual(self.s3.connections, 5)

    def test_a_server_that_says_that_it_closes_is_believed(self) -> None:
        self.s3.always = replies(Reply(200, b'body', {'connection': 'close'}))
        for _ in range(3):
            self.assertEqual(self.get().body, b'body')
        self.assertEqual((len(self.s3.seen), self.s3.connections), (3, 3))

    def test_a_new_connection_that_is_closed_is_a_fault(self) -> None:
        self.s3.always = says_nothing
        with self.assertRaises(NoAnswer):
            self.get()
        self.assertEqual(len(self.s3.seen), 1)

    def test_nobody_who_listens_is_a_fault(self) -> None:
        self.s3.close()
        with self.assertRaises(NoAnswer) as caught:
            self.get()
        self.assertIn('refused', str(caught.exception).lower())

    def test_a_server_that_never_answers_is_left_at_the_limit(self) -> None:
        self.s3.always = hangs
        with self.assertRaises(NoAnswer) as caught:
            self.get(limit(0.3))
        self.assertEqual(str(caught.exception), 'no answer in time')

    def test_a_body_that_drips_is_cut_at_the_limit(self) -> None:
        """A byte now and then never lets a read time out."""
        def drips(_seen: Seen, talk: Talk) -> bool:
            talk.raw(b'HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n')
            while not talk.s3.closing.wait(0.02):
                talk.raw(b'x')
            talk.hang_up()
            return False

        for sink in (None, io.BytesIO()):
            self.s3.scripts = [drips]
            with self.assertRaises(NoAnswer) as caught:
                self.get(limit(0.4), sink)
            self.assertEqual(str(caught.exception), 'no answer in time')

    def test_headers_that_drip_are_cut_at_the_limit(self) -> None:
        def drips(_seen: Seen, talk: Talk) -> bool:
            while not talk.s3.closing.wait(0.02):
                talk.raw(b'H')
            talk.hang_up()
            return False

        self.s3.scripts = [drips]
        with self.assertRaises(NoAnswer):
            self.get(limit(0.4))

    def test_an_answer_that_breaks_off_is_no_answer(self) -> None:
        for sink in (None, io.BytesIO()):
            self.s3.scripts = [breaks_off]
            with self.assertRaises(NoAnswer) as caught:
                self.get(sink=sink)
            self.assertIn('broke off', str(caught.exception))

    def test_a_chunked_answer_is_read_and_one_that_breaks_off_is_none(self) -> None:
        def chunked(end: bytes) -> bytes:
            return b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n' + end

        def whole(_seen: Seen, talk: Talk) -> bool:
            talk.raw(chunked(b'3\r\n, 2\r\n0\r\n\r\n'))
            return False

        def half(_seen: Seen, talk: Talk) -> bool:
            talk.raw(chunked(b'3\r\n,'))
            talk.hang_up()
            return False

        for sink in (None, io.BytesIO()):
            self.s3.scripts = [whole]
            answer = self.get(sink=sink)
            self.assertEqual(answer.body if sink is None else sink.getvalue(), b'body, 2')
            self.s3.scripts = [half]
            with self.assertRaises(NoAnswer):
                self.get(sink=sink)

    def test_no_http_is_no_answer(self) -> None:
        def other(_seen: Seen, talk: Talk) -> bool:
            talk.raw(b'SSH-2.0-OpenSSH_8.7\r\n')
            talk.hang_up()
            return False

        self.s3.scripts = [other]
        with self.assertRaises(NoAnswer):
            self.get()

    def test_a_body_that_is_too_large_is_not_read(self) -> None:
        def large(_seen: Seen, talk: Talk) -> bool:
            # Whoever reads it waits for ever.
            talk.raw(b'HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n')
            talk.hang()
            return False

        for sink in (None, io.BytesIO()):
            self.s3.scripts = [large]
            with self.assertRaises(TooLarge) as caught:
                self.get(sink=sink, most=1000)
            self.assertEqual(caught.exception.size, 5_000_000_000)
        self.assertEqual(self.get().status, 404)

    def test_the_size_of_a_large_object_may_be_asked(self) -> None:
        self.s3.always = replies(Reply(200, b'x' * 5000))
        self.assertEqual(self.get(method='HEAD', most=1000).headers['content-length'], '5000')

    def test_a_body_goes_into_a_file_only_when_it_is_what_was_asked_for(self) -> None:
        sink = io.BytesIO(b'part of an earlier try')
        self.s3.always = replies(Reply(503, b'<Error>slow down</Error>'))
        self.assertEqual(self.get(sink=sink).body, b'<Error>slow down</Error>')
        self.assertEqual(sink.getvalue(), b'part of an earlier try')
        self.s3.always = replies(Reply(200, b'body'))
        self.assertEqual(self.get(sink=sink).body, b'')
        self.assertEqual(sink.getvalue(), b'body')

    def test_a_path_of_the_server_and_its_host_are_kept(self) -> None:
        server = Server(self.s3.url + '/below/', self.stopping)
        self.assertEqual(server.path, '/below')
        self.assertEqual('http://' + server.host, self.s3.url)

    def test_a_request_under_way_is_woken_when_the_job_is_stopped(self) -> None:
        self.s3.always = hangs
        work = self.in_thread(self.get)
        self.wait_for(lambda: len(self.s3.seen) == 1, 'the request')
        self.stop()
        self.assertIsInstance(work.join().error, Stopped)

    def test_nothing_begins_while_the_job_is_stopped(self) -> None:
        self.stop()
        with self.assertRaises(Stopped):
            self.get()
        self.assertEqual(self.s3.connections, 0)
        self.stopping.end()
        self.assertEqual(self.get().status, 404)

    def test_a_request_that_waits_for_a_connection_is_woken_when_the_job_is_stopped(self) -> None:
        self.s3.always = hangs
        Watched.waits.clear()
        with mock.patch('runner.connection._SHARE_SECONDS', TIMEOUT):
            with mock.patch('runner.connection.threading.Condition', Watched):
                self.server = Server(self.s3.url, self.stopping)
            first = self.in_thread(self.get)
            self.wait_for(lambda: len(self.s3.seen) == 1, 'the first request')
            second = self.in_thread(self.get)
            self.wait_for(Watched.waits.is_set, 'the second request, which waits for the connection')
            self.stop()
            for work in (first, second):
                self.assertIsInstance(work.join(15).error, Stopped)

    def test_a_request_that_still_connects_ends_when_the_job_is_stopped(self) -> None:
        self.s3.always = hangs
        connect = socket.socket.connect

        def stopped_meanwhile(sock: socket.socket, address: object) -> None:
            self.stop()
            connect(sock, address)  # pyright: ignore[reportArgumentType]

        with mock.patch('socket.socket.connect', stopped_meanwhile):
            work = self.in_thread(self.get)
            # Less than what any read waits for.
            self.assertIsInstance(work.join(15).error, Stopped)

    def test_no_descriptor_stays_open_after_faults(self) -> None:
        before = len(os.listdir('/proc/self/fd'))
        for script in (breaks_off, says_nothing, breaks_off, says_nothing):
            self.s3.scripts = [script]
            with self.assertRaises(NoAnswer):
                self.get()
        # The server's own ends go when its threads have seen it.
        self.wait_for(lambda: len(os.listdir('/proc/self/fd')) <= before, 'the end of the last connection')


class NameTest(RunnerCase):
    def test_a_name_that_is_not_known_is_told(self) -> None:
        server = Server('http://no-such-host.invalid', self.stopping)
        unknown = socket.gaierror(-2, 'Name or service not known')
        with mock.patch('socket.getaddrinfo', side_effect=unknown), self.assertRaises(NoAnswer) as caught:
            server.request('GET', '/', {}, limit())
        self.assertEqual(str(caught.exception), 'the name of the server is not known: Name or service not known')

    def looks_up(self, until: Optional[Limit] = None) -> Work:
        """A request whose name server never answers."""
        asked = threading.Event()
        over = threading.Event()
        self.addCleanup(over.set)

        def look(*_: object, **_more: object) -> None:
            asked.set()
            over.wait(TIMEOUT)

        self.addCleanup(mock.patch.stopall)
        mock.patch('socket.getaddrinfo', look).start()
        server = Server('http://some-host.invalid', self.stopping)
        work = self.in_thread(lambda: server.request('GET', '/', {}, until or limit()))
        self.wait_for(asked.is_set, 'the question for the name')
        return work

    def test_a_name_server_that_never_answers_is_left_at_the_limit(self) -> None:
        self.assertEqual(str(self.looks_up(limit(0.3)).join(20).error), 'no answer in time')

    def test_a_request_that_waits_for_a_name_ends_when_the_job_is_stopped(self) -> None:
        work = self.looks_up()
        self.stopping.begin()
        self.assertIsInstance(work.join(20).error, Stopped)

    def test_two_servers_do_not_share_connections(self) -> None:
        stores = [FakeS3(), FakeS3()]
        for store in stores:
            self.addCleanup(store.close)
            self.assertEqual(Server(store.url, self.stopping).request('GET', '/jobs/key', {}, limit()).status, 404)
        self.assertEqual([store.connections for store in stores], [1, 1])
