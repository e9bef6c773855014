"""Tries to end the runner, the machine or the unit that runs it."""
import signal
import time

COMMANDS = ['systemctl --no-block poweroff', 'systemctl stop lambda-ec2-runner.service',
            'systemctl kill -s KILL lambda-ec2-runner.service', 'shutdown -h now', 'reboot -f', 'poweroff -f', 'halt -f',
            'systemd-run --quiet /bin/sh -c "touch /run/row"', 'su -c true', 'busctl call org.freedesktop.systemd1 '
            '/org/freedesktop/systemd1 org.freedesktop.systemd1.Manager PowerOff', 'echo b >/proc/sysrq-trigger',
            'mount -t tmpfs none /run', 'swapoff -a', 'chmod 4755 /bin/sh']


def end():
    for command in COMMANDS:
        subprocess.run(['sh', '-c', command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=30)
    for name in os.listdir('/proc'):
        if name.isdigit() and int(name) not in (os.getpid(), os.getppid()):
            try:
                os.kill(int(name), signal.SIGKILL)
            except OSError:
                pass
    time.sleep(1)


end()
say('survived')
