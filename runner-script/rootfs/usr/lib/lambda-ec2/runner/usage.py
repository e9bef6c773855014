"""What a job used of its machine."""
import os
import resource

from runner import disk
from runner.contract import UsageName
from runner.unit import memory_limit_kib

#: The numbers that are known.
Usage = dict[UsageName, float]

# Beside the result of a unit: see libexec/unit-result.
_BESIDE = '.usage'


def of_unit(result_file: str) -> Usage:
    """What a unit used from its beginning to its end, with all that it started; nothing while it has not ended."""
    try:
        with open(result_file + _BESIDE, encoding='ascii') as file:
            memory, cpu = (file.read().split() + ['', ''])[:2]
    except (OSError, ValueError):
        return {}
    used: Usage = {}
    if memory.isdigit():
        used['peak_memory_bytes'] = int(memory)
    if cpu.isdigit():
        used['cpu_seconds'] = round(int(cpu) / 1e6, 2)
    return used


def keep(result_file: str, used: resource.struct_rusage) -> None:
    """The same of a program that is no unit: its own processor time and that of what it has waited for, and the memory
    of the largest of them, because the kernel does not add them up (getrusage(2)).
    """
    microseconds = round((used.ru_utime + used.ru_stime) * 1e6)
    try:
        with open(result_file + _BESIDE, 'w', encoding='ascii') as file:
            file.write('%d %d\n' % (used.ru_maxrss * 1024, microseconds))
    except OSError:
        # The numbers are not worth a job.
        pass


def of_machine(folder: str, ballast: str) -> Usage:
    """What the machine has, what of it a unit may take, and what is in use of the file system of a folder without the
    ballast on it.
    """
    about = os.statvfs(folder)
    return {
        'memory_bytes': os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES'),
        'memory_limit_bytes': memory_limit_kib() * 1024,
        'vcpus': os.cpu_count() or 1,
        'disk_used_bytes': (about.f_blocks - about.f_bfree) * about.f_frsize - disk.occupied_bytes(ballast),
    }
