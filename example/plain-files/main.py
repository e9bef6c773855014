"""Runs a script that reads and writes plain files as a job: unzips the input, runs the script, zips what it wrote.

Copy this file into your repository and change SCRIPT.
"""
import os
import shutil
import subprocess
import sys
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
INPUT = os.path.join(HERE, 'input.zip')
OUTPUT = os.path.join(HERE, 'output.zip')
IN = os.path.join(HERE, 'in')
OUT = os.path.join(HERE, 'out')

# What is run, in the root of the repository. For a module: [sys.executable, '-m', 'reports.words', IN, OUT].
SCRIPT = [sys.executable, 'count_words.py', IN, OUT]
# A file of the input with further arguments, one a line; without it there are none.
ARGUMENTS = os.path.join(IN, 'arguments.txt')
# Instances run in UTC, your own machine perhaps not: name the time zone that dates and times are meant in.
ENVIRONMENT = {'TZ': 'UTC'}


def unzip(archive, folder):
    """Puts the files of the archive into the folder, which holds nothing else then."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)


def zip_folder(folder, archive):
    """Makes the archive of all files below the folder, and returns how many they are; of none it makes no archive."""
    files = sorted(os.path.join(top, name) for top, _, names in os.walk(folder) for name in names)
    if files:
        # Under another name until it is whole: half an output must not look like one.
        with zipfile.ZipFile(archive + '.part', 'w', zipfile.ZIP_DEFLATED) as opened:
            for file in files:
                opened.write(file, os.path.relpath(file, folder))
        os.replace(archive + '.part', archive)
    return len(files)


def arguments():
    if not os.path.exists(ARGUMENTS):
        return []
    with open(ARGUMENTS, encoding='utf-8-sig') as lines:
        return [line.strip() for line in lines if line.strip()]


def main():
    try:
        unzip(INPUT, IN)
    except zipfile.BadZipFile as error:
        sys.exit('bad input: %s' % error)
    shutil.rmtree(OUT, ignore_errors=True)
    os.makedirs(OUT)
    status = subprocess.call(SCRIPT + arguments(), cwd=HERE, env=dict(os.environ, **ENVIRONMENT))
    count = zip_folder(OUT, OUTPUT)
    if status != 0:
        # What it wrote up to then is uploaded all the same. A signal is a negative number, which no exit status can be.
        sys.exit(status if status > 0 else 128 - status)
    if count == 0:
        sys.exit('%s wrote no file into %s' % (' '.join(SCRIPT[1:]), os.path.basename(OUT)))
    print('%d files in %s' % (count, os.path.basename(OUTPUT)))


if __name__ == '__main__':
    main()
