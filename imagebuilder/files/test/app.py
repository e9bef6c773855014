"""The smallest app that does what every app does: reads the input, writes a log and the output."""
import zipfile

with zipfile.ZipFile('input.zip') as source, zipfile.ZipFile('output.zip', 'w') as target:
    for name in source.namelist():
        target.writestr(name.upper(), source.read(name).upper())
with open('app.log', 'w') as log:
    log.write('the tiny app ran\n')
