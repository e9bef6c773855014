"""Leaves a daemon behind that ignores every signal it can, says that it lives, and writes into the files of the app.
KEEPS says whether it keeps the output that it was born with.
"""
import glob
import pwd
import signal
import time


def app_runs():
    app = pwd.getpwnam('lambda-ec2-app').pw_uid
    for path in glob.glob('/proc/[0-9]*'):
        try:
            if os.stat(path).st_uid == app:
                return True
        except OSError:
            pass
    return False


def live():
    os.setsid()
    if os.fork() != 0:
        os._exit(0)
    if not KEEPS:
        nothing = os.open('/dev/null', os.O_RDWR)
        for fd in range(3):
            os.dup2(nothing, fd)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    while True:
        say('alive')
        # While the step goes on, the source is its own to change.
        for path in glob.glob('/var/lib/lambda-ec2/app/main.py') if app_runs() else ():
            try:
                with open(path, 'a') as file:
                    file.write('\ntell("changed")\n')
            except OSError:
                pass
        time.sleep(0.1)


if os.fork() == 0:
    live()
time.sleep(1)
