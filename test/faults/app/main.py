"""The app of the fault matrix: says that it runs, and then does what the wish in its input says."""
import subprocess
import sys
import time
import zipfile


def tell(word, text=''):
    """Says something to whoever tests. Returns the answer."""
    data = text if isinstance(text, bytes) else text.encode('utf-8', 'surrogateescape')
    return subprocess.run(['/usr/local/bin/tell', word, '-'], input=data, stdout=subprocess.PIPE).stdout.decode()


def wait():
    """Until whoever tests says `go on`."""
    while tell('waits') != 'go on':
        time.sleep(0.1)


def output(text='a result', name='output.zip'):
    with zipfile.ZipFile(name, 'w') as archive:
        archive.writestr('result.txt', text)


def log(text):
    with open('app.log', 'a') as file:
        file.write(text + '\n')


tell('runs')
print('the app runs', flush=True)
with zipfile.ZipFile('input.zip') as archive:
    wish = archive.read('wish.py').decode()
exec(compile(wish, 'wish.py', 'exec'))
