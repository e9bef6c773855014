"""One job: its parts, and how they are stopped."""
import os
import signal
import threading

from runner import system, unit
from runner.app import App
from runner.app_files import AppFiles
from runner.builder import Builder
from runner.failure import JobFailure
from runner.job_context import JobContext
from runner.logs import LiveLogs
from runner.metadata_block import MetadataBlock
from runner.output import Output
from runner.paths import Paths
from runner.phases import Phases
from runner.status import Cancelled, NotOurs


class Job(JobContext):
    def __init__(self, paths: Paths) -> None:
        """:raises NoJob:"""
        super().__init__(paths)
        self._stop_lock = threading.Lock()
        self._ending = False
        self.phases = Phases(self.status, self.log)
        self.builder = Builder(paths, self.commands, self.proxy)
        self.app = App(self)
        #: None where the app has no user of its own.
        self.metadata_block = MetadataBlock(paths, self.commands, self.app.user) if self.app.user else None
        self.output = Output(self, AppFiles(paths.app, self.app.user.pw_uid if self.app.user else None))
        self.live_logs = LiveLogs(self, self.output, self._lost,
                                  float(os.environ.get('LAMBDA_EC2_LIVE_SECONDS') or 3))

    def catch_signals(self) -> None:
        """TERM and INT end the job in order. In a thread, because a handler may not wait for what it interrupted."""
        def handle(_number: int, _frame: object) -> None:
            threading.Thread(target=self._interrupted, daemon=True).start()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, handle)

    def _interrupted(self) -> None:
        with self._stop_lock:
            self.budget.hurry()
            # The job's own end goes on: it takes no longer than that.
            if self._ending:
                return
        self.status.fail(JobFailure('INTERRUPTED', 'the instance was shut down while the job ran'))
        self.stop()

    def _lost(self, why: NotOurs) -> None:
        """The job is a newer upload's, or nobody's any more."""
        with self.memory as facts:
            if isinstance(why, Cancelled):
                facts.cancelled = str(why)
            else:
                facts.superseded = True
        self.log.warn('%s: stopping' % (why if isinstance(why, Cancelled) else 'a newer upload of this job has taken over'))
        self._stop_all()

    def stop(self) -> None:
        """Ends whatever the job waits for, unless its end has begun. Nothing new begins."""
        with self._stop_lock:
            if not self._ending:
                self._stop_all()

    def begin_ending(self) -> None:
        """Ends whatever still runs for the job. From now on only a newer upload, or somebody who stops the job, stops
        what the end does.
        """
        with self._stop_lock:
            self._ending = True
            self._stop_all()
            self.output.end_clearing()
            self.stopping.end()

    def _stop_all(self) -> None:
        self.stop_requests()
        if system.has_systemd():
            unit.stop_units(self.log)
        self.app.stop()

    def stop_requests(self) -> None:
        """Ends requests and programs. Nothing new begins until `stopping` ends."""
        self.stopping.begin()
        self.aws.interrupt()
        self.commands.stop_all()

    def check_main(self) -> None:
        """Where a module is, only the app's own Python can tell.

        :raises JobFailure: when the app has no file to begin with
        """
        main = self.settings['app_main']
        if main.startswith('-m ') or AppFiles(self.paths.app).leads_to_file(main):
            return
        hint = ' (arguments go into app_args)' if ' ' in main else ''
        raise JobFailure('BAD_SETTINGS', 'the app has no file %s: check app_main%s and app_ref' % (main, hint))
