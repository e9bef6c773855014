"""Finding and ending processes.

Membership follows the parent chain and nothing else. A child subreaper inherits every orphan below it, so a daemon that
forked twice, made its own session or cleaned its environment is still a descendant.
"""
import ctypes
import os
import signal
import time

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def _prctl(option, value):
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), 'prctl(%d) failed' % option)


def adopt_orphans():
    """Orphans below this process become its children instead of the machine's PID 1's."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def signal_when_parent_dies(number):
    _prctl(_PR_SET_PDEATHSIG, number)


def descendants(of):
    """Process ids of everything alive below process `of`; zombies are not alive."""
    children = {}
    for entry in os.listdir('/proc'):
        if not entry.isdigit():
            continue
        try:
            with open('/proc/%s/stat' % entry, 'rb') as stat:
                # The second field is the program's name in brackets and may hold spaces and brackets itself.
                state, parent = stat.read().rpartition(b')')[2].split()[:2]
        except (OSError, ValueError):
            continue
        children.setdefault(int(parent), []).append((int(entry), state))
    alive, queue = [], [of]
    while queue:
        for child, state in children.get(queue.pop(), ()):
            queue.append(child)
            if state not in (b'Z', b'X'):
                alive.append(child)
    return alive


def send(pids, number):
    for pid in pids:
        try:
            os.kill(pid, number)
        except OSError:
            pass


def reap():
    """{pid: wait status} of the children that ended since the last call."""
    ended = {}
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if pid == 0:
            return ended
        ended[pid] = status


def end_all(grace, only=None):
    """TERM, then KILL after `grace` seconds, everything below this process until nothing is left.

    `only`: the processes that are asked first; the others get no TERM (systemd's KillMode=mixed).
    Returns ({pid: wait status} of the children that ended, whether KILL was needed).
    """
    me, ended, killed, asked = os.getpid(), {}, False, False
    deadline = None if grace is None else time.monotonic() + grace
    pause = 0.01
    while True:
        ended.update(reap())
        alive = descendants(me)
        if not alive:
            ended.update(reap())
            return ended, killed
        expired = deadline is not None and time.monotonic() >= deadline
        if expired or (only is not None and not set(only) & set(alive)):
            killed = killed or expired
            send(alive, signal.SIGKILL)
        elif not asked:
            # Once: what a process starts in its TERM handler (an upload, say) is its way of ending in order.
            asked = True
            send(alive if only is None else only, signal.SIGTERM)
            send(alive if only is None else only, signal.SIGCONT)
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)
