"""Makes packages for tests, with a build backend of their own, because no index is at hand.

    make-package.py wheel FOLDER NAME VERSION [DEPENDENCY...]    a wheel of a module
    make-package.py backend FOLDER                               pyproject.toml and backend.py of a project named as its
                                                                 folder
"""
import os
import sys
import zipfile


def wheel(folder, name, version, requires=(), tag='py3-none-any', module=None):
    file = '%s-%s-%s.whl' % (name, version, tag)
    metadata = 'Metadata-Version: 2.1\nName: %s\nVersion: %s\n' % (name, version)
    metadata += ''.join('Requires-Dist: %s\n' % text for text in requires)
    module = module or (name.lower() + '.py', 'VERSION = %r\n' % version)
    entries = [module, ('%s-%s.dist-info/METADATA' % (name, version), metadata),
               ('%s-%s.dist-info/WHEEL' % (name, version),
                'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: %s\n' % tag)]
    record = '%s-%s.dist-info/RECORD' % (name, version)
    entries.append((record, ''.join('%s,,\n' % path for path, _ in entries) + record + ',,\n'))
    with zipfile.ZipFile(os.path.join(folder, file), 'w') as archive:
        for path, text in entries:
            archive.writestr(path, text)
    return file


# Hooks of PEP 517 and PEP 660. The name of the folder decides what comes of the build.

def _name():
    return os.path.basename(os.getcwd())


def build_wheel(folder, config_settings=None, metadata_directory=None):
    if _name() == 'broken':
        raise RuntimeError('this package cannot be built here: set FOO')
    tag = 'py3-none-linux_' + os.uname().machine if _name() == 'compiled' else 'py3-none-any'
    return wheel(folder, _name(), '1.0', tag=tag)


def build_editable(folder, config_settings=None, metadata_directory=None):
    return wheel(folder, _name(), '2.0', module=('__editable__.%s.pth' % _name(), os.getcwd() + '\n'))


if __name__ == '__main__':
    verb, target, *others = sys.argv[1:]
    os.makedirs(target, exist_ok=True)
    if verb == 'wheel':
        wheel(target, others[0], others[1], others[2:])
    else:
        with open(os.path.join(target, 'pyproject.toml'), 'w') as project:
            project.write('[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n')
        with open(__file__) as source, open(os.path.join(target, 'backend.py'), 'w') as copy:
            copy.write(source.read())
