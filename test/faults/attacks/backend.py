"""A build backend (PEP 517) without any requirement: runs attack.py, and makes a wheel all the same."""
import os
import subprocess
import zipfile

WHEEL = 'attacker-1.0-py3-none-any.whl'
INFO = 'attacker-1.0.dist-info/'


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    subprocess.run(['/usr/local/bin/tell', 'builds'])
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'attack.py')) as file:
        exec(compile(file.read(), 'attack.py', 'exec'), {'__name__': '__main__'})
    with zipfile.ZipFile(os.path.join(wheel_directory, WHEEL), 'w') as wheel:
        wheel.writestr('attacker.py', '')
        wheel.writestr(INFO + 'METADATA', 'Metadata-Version: 2.1\nName: attacker\nVersion: 1.0\n')
        wheel.writestr(INFO + 'WHEEL', 'Wheel-Version: 1.0\nGenerator: row\nRoot-Is-Purelib: true\nTag: py3-none-any\n')
        wheel.writestr(INFO + 'RECORD', 'attacker.py,,\n' + ''.join(INFO + name + ',,\n' for name in (
            'METADATA', 'WHEEL', 'RECORD')))
    return WHEEL
