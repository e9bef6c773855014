"""A TLS handshake on loopback, server and client in one process: `tls.py CERTIFICATE KEY abrupt|orderly`.

abrupt: the client reads to the end, and the server ends without close_notify, as many do. Python 3.6, no packages.
"""
import socket
import ssl
import sys
import threading

certificate, key, ending = sys.argv[1:]
server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
server.load_cert_chain(certificate, key)
listener = socket.socket()
listener.bind(('127.0.0.1', 0))
listener.listen(1)


def serve():
    connection = server.wrap_socket(listener.accept()[0], server_side=True)
    connection.sendall(b'hello')
    socket.socket(fileno=connection.detach()).close()


threading.Thread(target=serve, daemon=True).start()
client = ssl.create_default_context(cafile=certificate)
with client.wrap_socket(socket.create_connection(listener.getsockname(), 10), server_hostname='localhost') as stream:
    said = b''
    while True:
        part = stream.recv(100)
        said += part
        if not part or ending == 'orderly':
            break
    assert said == b'hello', said
    print(stream.version())
