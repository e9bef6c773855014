"""`runner with-variables PROGRAM ARGUMENT...`: becomes a program that has the variables in its environment which stand on
standard input. The app is started so: nobody but its own user and root ever sees them.
"""
import json
import os
import sys

#: Tells libexec/app that there are variables.
FLAG = 'LAMBDA_EC2_VARIABLES'


def main(program: str, *arguments: str) -> int:
    """Returns only when the runner has ended before it could hand them over."""
    try:
        variables = json.loads(sys.stdin.buffer.read())
    except ValueError:
        sys.stderr.write('the runner has handed over no variables\n')
        return 1
    environment = {name: value for name, value in os.environ.items() if name != FLAG}
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.execve(program, [program, *arguments], {**environment, **variables})
