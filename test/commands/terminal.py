"""Runs a command in a pseudo-terminal.

usage: terminal.py COLUMNS COMMAND [ARGUMENT...]

What a person would see is written to standard output as it comes; what comes on standard input is typed. The exit status
is the command's; 256 less the number of a signal that ended it.
"""
import fcntl
import os
import pty
import select
import struct
import sys
import termios


def main() -> int:
    columns, *command = sys.argv[1:]
    pid, terminal = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 24, int(columns), 0, 0))
        os.execvp(command[0], command)
    sources = [terminal, 0]
    while True:
        ready, _, _ = select.select(sources, [], [])
        if 0 in ready:
            typed = os.read(0, 65536)
            if typed:
                os.write(terminal, typed)
            else:
                sources.remove(0)
        if terminal in ready:
            try:
                part = os.read(terminal, 65536)
            except OSError:  # EIO: the command has ended
                break
            if not part:
                break
            sys.stdout.buffer.write(part)
            sys.stdout.buffer.flush()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


sys.exit(main())
