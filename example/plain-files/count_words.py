"""A script as one has it: counts the words of each text file in one folder, and writes a file into another."""
import argparse
import os

parser = argparse.ArgumentParser()
parser.add_argument('source')
parser.add_argument('target')
parser.add_argument('--least', type=int, default=1, help='leaves out files with fewer words')
options = parser.parse_args()

counts = {}
for name in sorted(os.listdir(options.source)):
    if name.endswith('.txt') and name != 'arguments.txt':
        with open(os.path.join(options.source, name), encoding='utf-8') as text:
            counts[name] = len(text.read().split())

with open(os.path.join(options.target, 'words.csv'), 'w', encoding='utf-8') as table:
    table.write('file,words\n')
    for name, words in counts.items():
        if words >= options.least:
            table.write('%s,%d\n' % (name, words))
print('counted %d files' % len(counts))
