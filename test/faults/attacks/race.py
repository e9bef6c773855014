"""Keeps putting something else (KIND) in the place of a file of its own (PLACE) that the runner reads, until whoever
tests says `go on`. When GROWS, the file also grows, so that it is read.
"""
import ctypes
import shutil
import signal
import stat

EXCHANGE = 2
LIBC = ctypes.CDLL(None, use_errno=True)
LARGEST = 4 << 20


def swap(one, other):
    """In one step, so that there is always something there (renameat2)."""
    if LIBC.renameat2(-100, one.encode(), -100, other.encode(), EXCHANGE) != 0:
        raise OSError(ctypes.get_errno(), 'renameat2')


def make(kind, path):
    if kind.startswith('link:'):
        os.symlink(kind[len('link:'):], path)
    elif kind == 'fifo':
        os.mkfifo(path)
    elif kind == 'sparse':
        with open(path, 'wb') as file:
            file.truncate(300 << 20)
    elif kind == 'folder':
        os.mkdir(path)


def watch():
    """Asks how often the file was read, and lets it grow by more than a tenth after each time."""
    size, before, asked = 100, '', 0
    while True:
        answer = say('waits')
        if answer == 'go on':
            return
        asked += 1
        if GROWS and size < LARGEST and (answer != before or asked % 3 == 0):
            before, more = answer, size // 8
            try:
                fd = os.open(PLACE, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK)
            except OSError:
                continue
            if os.path.isfile('/proc/self/fd/%d' % fd) and os.fstat(fd).st_size < LARGEST:
                os.write(fd, b'g' * more)
                size += more
            os.close(fd)


def is_other(path):
    mode = os.lstat(path).st_mode
    return not (stat.S_ISREG(mode) and os.lstat(path).st_size < 200 << 20) and not (GROWS == 0 and stat.S_ISDIR(mode))


def race():
    os.makedirs(os.path.dirname(PLACE) or '.', exist_ok=True)
    beside = PLACE + '.beside'
    make(KIND, beside)
    if not os.path.lexists(PLACE):
        with open(PLACE, 'w') as file:
            file.write('g' * 100)
    racer = os.fork()
    while racer == 0:
        swap(PLACE, beside)
        swap(PLACE, beside)
    watch()
    os.kill(racer, signal.SIGKILL)
    os.waitpid(racer, 0)
    # The racer may have been ended between its swaps.
    if is_other(PLACE):
        swap(PLACE, beside)
    if os.path.isdir(beside) and not os.path.islink(beside):
        shutil.rmtree(beside)
    else:
        os.unlink(beside)


race()
