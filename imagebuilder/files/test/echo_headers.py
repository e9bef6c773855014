"""Answers one HTTP request on loopback and keeps its headers: `echo_headers.py PORT_FILE HEADERS_FILE`."""
import http.server
import os
import sys

port_file, headers_file = sys.argv[1:]


class Keep(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open(headers_file, 'w') as file:
            file.write(str(self.headers))
        self.send_response(200)
        self.send_header('content-length', '0')
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(('127.0.0.1', 0), Keep)
with open(port_file + '.part', 'w') as file:
    file.write(str(server.server_address[1]))
os.rename(port_file + '.part', port_file)
server.handle_request()
