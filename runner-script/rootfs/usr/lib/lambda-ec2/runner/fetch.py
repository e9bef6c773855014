"""The source and its environment beside the input, because both wait for the network."""
import threading
import traceback
from typing import Callable

from runner import package_list
from runner.clock import Limit
from runner.environment import Environment
from runner.failure import JobFailure, Stopped
from runner.input import Input
from runner.job import Job
from runner.secret import Secrets
from runner.source import Source

# A program that was ended is gone by then.
_JOIN_SECONDS = 30.0


class Fetch:
    """Everything that the app needs, by threads of which the first failure ends the others."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.input = Input(job)
        self._secrets = Secrets(job.aws, job.limit, job.log)
        #: The app's environment, once it is there.
        self.venv = ''

    def run(self) -> None:
        """:raises Stopped: when one of them failed, after it has said why"""
        self._job.output.begin_clearing()
        works = (self._source_and_environment, lambda: self._job.phases.run('input', self._download),
                 lambda: self._told(self._metadata_block), lambda: self._told(self._read_secrets))
        threads = [threading.Thread(target=self._guarded, args=(work,), daemon=True) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive() and not self._job.stopping:
                thread.join(0.2)
        limit = Limit.within(_JOIN_SECONDS)
        for thread in threads:
            thread.join(limit.left)
        if self._job.status.failed:
            raise Stopped
        self._job.stopping.check()

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Stopped:
            pass
        except JobFailure:
            # Its phase has said so.
            self._job.stop()
        except Exception:  # A defect, which the log must show and the job must not outlive.
            self._job.log.error(traceback.format_exc())
            self._job.status.fail(JobFailure('LOST', 'the runner itself failed: see the log'))
            self._job.stop()

    def _download(self) -> None:
        try:
            self.input.download()
        finally:
            # Known as well of one that is no zip file.
            self._job.status.set(submitted=self.input.submitted, input_bytes=self.input.size)

    def _metadata_block(self) -> None:
        block = self._job.metadata_block
        if block is not None and not self._job.app.has_aws_access:
            block.check(self._job.limit)

    def _read_secrets(self) -> None:
        # Another reader than that of the source: they work side by side.
        self._job.variables.read_secrets(Secrets(self._job.aws, self._job.limit, self._job.log))

    def _told(self, work: Callable[[], None]) -> None:
        """What is no phase says itself why it failed."""
        try:
            work()
        except JobFailure as failure:
            self._job.status.fail(failure)
            raise

    def _source_and_environment(self) -> None:
        job = self._job
        source = Source(job.builder, job.settings, job.limit, self._secrets)
        job.phases.run('source', lambda: self._fetch(source))
        job.phases.run('environment', lambda: self._prepare(source))

    def _fetch(self, source: Source) -> None:
        self._job.status.set(git_commit=source.fetch())
        # Before anything is installed for an app that cannot start.
        self._job.check_main()

    def _prepare(self, source: Source) -> None:
        job = self._job
        there = Environment(job.builder, job.settings, job.limit, source)
        python = there.find_python()
        job.status.set(python=python.version)
        self.venv, packages = there.prepare(python, there.read_requirements(), package_list.read(job))
        with job.memory as facts:
            facts.packages = packages
