"""Fakes of the instance metadata service and S3 on one loopback port, for one tiny job:

    fake_services.py PORT_FILE OBJECTS_FOLDER [TAG=VALUE...]

Objects are files of the folder. Conditional writes are honoured, because the runner claims its job by one. Python 3.6,
no packages.
"""
import hashlib
import http.server
import json
import os
import socketserver
import sys
import urllib.parse

port_file, folder = sys.argv[1:3]
tags = dict(argument.split('=', 1) for argument in sys.argv[3:])
IDENTITY = {
    'instanceId': 'i-00000000000000000', 'region': 'us-east-1', 'imageId': 'ami-00000000000000000',
    'instanceType': 'm7i.large', 'accountId': '000000000000',
}
CREDENTIALS = {'AccessKeyId': 'AKIDEXAMPLE', 'SecretAccessKey': 'example', 'Token': 'example'}


def metadata(path):
    """The answer of the metadata service below /latest/, or None."""
    role = 'meta-data/iam/security-credentials/'
    plain = {
        'dynamic/instance-identity/document': json.dumps(IDENTITY, indent=2),
        'meta-data/services/domain': 'amazonaws.com',
        'meta-data/tags/instance': '\n'.join(sorted(tags)),
        role: 'role',
        role + 'role': json.dumps(CREDENTIALS),
    }
    name = path.rsplit('/', 1)[-1]
    return tags.get(name) if path.startswith('meta-data/tags/instance/') else plain.get(path)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def answer(self, code, body=b'', etag=None):
        self.send_response(code)
        self.send_header('content-length', str(len(body)))
        if etag:
            self.send_header('etag', etag)
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(body)

    def read_body(self):
        return self.rfile.read(int(self.headers.get('content-length') or 0))

    def file(self):
        path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)
        return os.path.join(folder, os.path.normpath(path).lstrip('/'))

    def etag(self):
        try:
            with open(self.file(), 'rb') as file:
                return '"%s"' % hashlib.md5(file.read()).hexdigest()
        except OSError:
            return None

    def do_GET(self):
        if self.path.startswith('/latest/'):
            if self.headers.get('x-aws-ec2-metadata-token') != 'token':
                return self.answer(401)
            value = metadata(self.path[len('/latest/'):])
            return self.answer(404) if value is None else self.answer(200, value.encode())
        etag = self.etag()
        if not etag:
            return self.answer(404)
        with open(self.file(), 'rb') as file:
            return self.answer(200, file.read(), etag)

    do_HEAD = do_GET

    def do_PUT(self):
        body = self.read_body()
        if self.path == '/latest/api/token':
            return self.answer(200, b'token')
        if not self.headers.get('authorization', '').startswith('AWS4-HMAC-SHA256 '):
            return self.answer(403)
        etag, wanted = self.etag(), self.headers.get('if-match')
        if (self.headers.get('if-none-match') == '*' and etag) or (wanted and wanted != etag):
            return self.answer(412)
        os.makedirs(os.path.dirname(self.file()), exist_ok=True)
        with open(self.file(), 'wb') as file:
            file.write(body)
        return self.answer(200, b'', self.etag())

    def do_DELETE(self):
        if self.etag():
            os.remove(self.file())
        return self.answer(204)

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


server = Server(('127.0.0.1', 0), Handler)
with open(port_file + '.part', 'w') as file:
    file.write(str(server.server_address[1]))
os.rename(port_file + '.part', port_file)
server.serve_forever()
