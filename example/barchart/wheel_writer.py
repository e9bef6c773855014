"""Build backend (PEP 517) of this one package: a wheel is a zip file with three more files in it.

    python3 wheel_writer.py ../wheels        writes the wheel that requirements.txt names

Nothing in it depends on the machine or the day, so building it again gives the same bytes.
"""
import base64
import hashlib
import os
import sys
import zipfile

NAME, VERSION = 'barchart', '1.0.0'
HERE = os.path.dirname(os.path.abspath(__file__))
INFO = '%s-%s.dist-info' % (NAME, VERSION)


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """PEP 517: writes the wheel and returns its file name."""
    files = {
        INFO + '/METADATA': 'Metadata-Version: 2.1\nName: %s\nVersion: %s\nRequires-Python: >=3.6\n' % (NAME, VERSION),
        INFO + '/WHEEL': 'Wheel-Version: 1.0\nGenerator: wheel_writer\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    }
    for name in sorted(os.listdir(os.path.join(HERE, NAME))):
        if name.endswith('.py'):
            with open(os.path.join(HERE, NAME, name), encoding='utf-8') as source:
                files['%s/%s' % (NAME, name)] = source.read()
    record = INFO + '/RECORD'
    files[record] = ''.join('%s,sha256=%s,%d\n' % (name, _digest(text), len(text.encode('utf-8')))
                            for name, text in files.items()) + record + ',,\n'
    wheel = '%s-%s-py3-none-any.whl' % (NAME, VERSION)
    # Not compressed: zlib's output differs between its versions.
    with zipfile.ZipFile(os.path.join(wheel_directory, wheel), 'w', zipfile.ZIP_STORED) as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, text)
    return wheel


def _digest(text):
    """As the wheel format wants it: URL-safe base64 without padding."""
    digest = hashlib.sha256(text.encode('utf-8')).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b'=').decode('ascii')


if __name__ == '__main__':
    print(build_wheel(sys.argv[1] if len(sys.argv) > 1 else '.'))
