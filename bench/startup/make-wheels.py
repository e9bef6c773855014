"""Makes the packages that the app of the bench asks for, because no index is at hand: pure Python, of some size.

    make-wheels.py FOLDER NAME...    a wheel of each, below FOLDER/NAME
"""
import os
import sys
import zipfile

MODULES = 50
FUNCTION = 'def function_%d(value):\n    """Returns the value and %d."""\n    return value + %d\n\n\n'


def make(folder, name):
    about = '%s-1.0.dist-info' % name
    entries = {'%s/module_%d.py' % (name, number): ''.join(FUNCTION % (line, line, line) for line in range(100))
               for number in range(MODULES)}
    entries[name + '/__init__.py'] = ''
    entries[about + '/METADATA'] = 'Metadata-Version: 2.1\nName: %s\nVersion: 1.0\n' % name
    entries[about + '/WHEEL'] = 'Wheel-Version: 1.0\nGenerator: bench\nRoot-Is-Purelib: true\nTag: py3-none-any\n'
    entries[about + '/RECORD'] = ''.join('%s,,\n' % path for path in entries) + about + '/RECORD,,\n'
    os.makedirs(folder)
    with zipfile.ZipFile(os.path.join(folder, name + '-1.0-py3-none-any.whl'), 'w', zipfile.ZIP_DEFLATED) as archive:
        for path, text in entries.items():
            archive.writestr(path, text)


for each in sys.argv[2:]:
    make(os.path.join(sys.argv[1], each), each)
