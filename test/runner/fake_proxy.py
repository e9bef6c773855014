"""An HTTP proxy that knows CONNECT alone, and leads everything to one server, whatever its name."""
import socket
import threading
from typing import Optional
from urllib.parse import urlsplit


class FakeProxy:
    def __init__(self, url: str) -> None:
        """:param url: of the server"""
        self._to = (urlsplit(url).hostname or '', urlsplit(url).port or 80)
        #: What it was asked for, as HOST:PORT.
        self.asked: list[str] = []
        #: Instead of a connection; empty for none at all.
        self.answer: Optional[bytes] = None
        self._listener = socket.create_server(('127.0.0.1', 0))
        self.address: tuple[str, int] = ('127.0.0.1', self._listener.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        # Whoever waits for the next would keep it open.
        if self._listener.fileno() >= 0:
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._lead, args=(client,), daemon=True).start()

    def _lead(self, client: socket.socket) -> None:
        asked = b''
        while b'\r\n\r\n' not in asked:
            asked += client.recv(4096)
        self.asked.append(asked.split(b' ')[1].decode())
        if self.answer is None:
            server = socket.create_connection(self._to)
            client.sendall(b'HTTP/1.1 200 Connection established\r\nVia: 1.1 test\r\n\r\n')
            threading.Thread(target=_copy, args=(server, client), daemon=True).start()
            _copy(client, server)
        elif self.answer:
            client.sendall(self.answer)
            client.close()


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass
