"""Tries to change what is not its own: files of the machine, the record of its job, another job's output."""
import glob
import http.client

PATHS = ['/etc/cron.d/row', '/etc/systemd/system/row.service', '/usr/lib/lambda-ec2/runner/ending.py', '/etc/passwd',
         '/usr/libexec/lambda-ec2/finalize', '/run/lambda-ec2/done', '/run/lambda-ec2/memory.json',
         '/run/lambda-ec2/app-result', '/run/lambda-ec2/job-line', '/var/lib/lambda-ec2/ec2.log',
         '/var/lib/lambda-ec2/first-boot', '/var/lib/lambda-ec2/input.zip', '/run/systemd/system/row.service',
         '/etc/gitconfig', '/opt/pip/pip/__init__.py', '/root/.gitconfig', '/run/nologin']


def change(path):
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    except OSError:
        return
    os.close(fd)
    say('wrote', path)


def put(key):
    server = http.client.HTTPConnection('169.254.169.253', 9000, timeout=10)
    server.request('PUT', '/lambda-ec2-jobs/app_runner/output/' + key, b'{"state": "SUCCEEDED"}')
    answer = server.getresponse()
    answer.read()
    if answer.status < 300:
        say('wrote', key)


for path in PATHS + glob.glob('/opt/venvs/*/.complete') + glob.glob('/opt/wheelhouse'):
    change(path)
put('another-job_status.json')
put(OWN + '_status.json')
say('tried')
