"""The app's environment and wheels in an image, made by the very code that a job runs, so that a job finds them under
the very name it looks for.
"""
import os

from runner.aws import Aws
from runner.builder import Builder
from runner.clock import Limit
from runner.commands import Commands
from runner.contract import SETTING_DEFAULTS
from runner.environment import Environment
from runner.failure import JobFailure, Stopping
from runner.log import Log
from runner.metadata import Metadata, Unavailable
from runner.paths import Paths
from runner.proxy import Proxy, s3_hosts
from runner.secret import Secrets
from runner.settings import with_defaults
from runner.source import Source

_LIMIT_SECONDS = 1500.0
# Under the names of these settings other programs have variables of their own, which a machine may set.
_VARIABLES = {name: 'LAMBDA_EC2_' + name.upper() for name in ('http_proxy', 'no_proxy', 'pip_config')}


def bake(paths: Paths, why: str) -> bool:
    """Bakes for the settings in the environment (`APP_URL`, `APP_REF`, ...). What is said goes to standard output.

    :param why: the file that a failure's sentence is written to
    """
    settings = with_defaults({name: os.environ.get(_VARIABLES.get(name, name.upper()), '') for name in SETTING_DEFAULTS})
    log, limit, stopping = Log(1, console=False), Limit.within(_LIMIT_SECONDS), Stopping()
    os.umask(0o022)
    for folder in (paths.state, paths.work):
        os.makedirs(folder, exist_ok=True)
    os.chmod(paths.state, 0o700)
    try:
        aws = _aws(stopping) if settings['app_credentials'] or settings['pip_config'] else None
        proxy = Proxy(settings, *(s3_hosts(aws.region, aws.domain) if aws else ()))
        if aws is not None:
            aws.proxy = proxy
        builder = Builder(paths, Commands(log, os.environ, stopping), proxy)
        source = Source(builder, settings, limit, Secrets(aws, limit, log) if aws else None)
        source.fetch()
        there = Environment(builder, settings, limit, source)
        python = there.find_python()
        there.remember(python)
        needs = there.read_requirements()
        if needs is not None:
            there.make_wheels(needs, python)
        venv, _ = there.prepare(python, needs)
    except JobFailure as failure:
        log.error(str(failure))
        with open(why, 'w', encoding='utf-8') as file:
            file.write(failure.message)
        return False
    log.info('environment %s is at %s' % (os.path.basename(venv)[:12], venv))
    return True


def _aws(stopping: Stopping) -> Aws:
    metadata = Metadata()
    try:
        region = str(metadata.identity()['region'])
        return Aws(metadata, region, metadata.domain(), stopping)
    except Unavailable as error:
        raise JobFailure('BAD_SETTINGS', 'app_credentials and pip_config cannot be read: %s' % error) from error
