"""Runs a command in a pseudo-terminal and answers what it asks.

usage: terminal.py COLUMNS QUESTION ANSWER COMMAND [ARGUMENT...]

What a person would see is written to standard output as it comes. When QUESTION (may be empty) has come, ANSWER is
typed. The exit status is the command's.
"""
import fcntl
import os
import pty
import struct
import sys
import termios


def main() -> int:
    columns, question, answer, *command = sys.argv[1:]
    pid, terminal = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 24, int(columns), 0, 0))
        os.execvp(command[0], command)
    seen = b''
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # EIO: the command has ended
            break
        if not part:
            break
        seen += part
        sys.stdout.buffer.write(part)
        sys.stdout.buffer.flush()
        if question and question.encode() in seen:
            question = ''
            os.write(terminal, answer.encode())
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


sys.exit(main())
