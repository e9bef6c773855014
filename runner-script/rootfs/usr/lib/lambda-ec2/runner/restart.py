"""A restart of the instance under its id: by EC2's recovery from a fault of the host, a scheduled reboot, a kernel
panic. What the runner kept on tmpfs is gone then, and the service begins anew.
"""
import os


def boot_id() -> str:
    with open('/proc/sys/kernel/random/boot_id', encoding='ascii') as file:
        return file.read().strip()


def note_boot(path: str) -> None:
    """Keeps which boot the job began in. On a full disk a restart goes unseen, which is no reason to have no job."""
    if os.path.exists(path):
        return
    try:
        with open(path, 'w', encoding='ascii') as file:
            file.write(boot_id())
    except OSError:
        pass


def happened(path: str) -> bool:
    try:
        with open(path, encoding='ascii') as file:
            first = file.read().strip()
    except OSError:
        return False
    return first not in ('', boot_id())
