"""What every attack has. Stands before it in one file, which also runs where there is nothing but Python's own library.
"""
import os
import subprocess


def say(word, text=''):
    """To whoever tests. Returns the answer."""
    data = text if isinstance(text, bytes) else str(text).encode('utf-8', 'surrogateescape')
    done = subprocess.run(['/usr/local/bin/tell', word, '-'], input=data, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, timeout=60)
    return done.stdout.decode()


if os.geteuid() == 0:
    say('root', __name__)
