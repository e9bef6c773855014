"""The app of the boot test: says when its first line ran, and then does what its input asks for."""
import time

print('first line at %.3f' % time.time(), flush=True)

import os
import signal
import sys
import zipfile

from barchart import bar_chart

with zipfile.ZipFile('input.zip') as archive:
    wish = archive.read('wish').decode().strip()

if wish == 'memory':
    blocks = []
    while True:
        blocks.append(bytearray(os.urandom(1 << 20) * 16))
elif wish == 'disk':
    with open('filler', 'wb') as filler:
        while True:
            filler.write(bytes(1 << 20))
elif wish == 'wait':
    time.sleep(3600)
elif wish == 'signal':
    os.kill(os.getpid(), signal.SIGTERM)
elif wish == 'environment':
    print('told %s and %r, read %r' % (os.environ['LEVEL'], sys.argv[1:], sys.stdin.read()), flush=True)
elif wish == 'daemon' and os.fork() == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(3600)

with zipfile.ZipFile('output.zip', 'w') as archive:
    archive.writestr('chart', str(bar_chart))
