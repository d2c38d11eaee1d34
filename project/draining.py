"""gunicorn's worker of threads, which closes its door before it finishes what it does."""

import os

from gunicorn.workers.gthread import ThreadWorker


class DrainingWorker(ThreadWorker):  # type: ignore[misc]
    """Ends without a connection that nobody answers.

    gunicorn's own takes no more connections once it is to end, but keeps the sockets open until its last answer: who
    connects meanwhile has sent a request that is lost. Here what waits is taken and the sockets are closed, so that
    whoever comes later is refused, and nginx asks another process.
    """

    def load_wsgi(self) -> None:
        """Besides, tell the metrics: by a thread, which is why it is done after the fork."""
        super().load_wsgi()
        from project.metrics import server  # only once the settings were read

        server.serve()

    def set_accept_enabled(self, enabled: bool) -> None:
        """Besides what it does, close for good where the worker is to end."""
        super().set_accept_enabled(enabled)
        ending = not self.alive or self.ppid != os.getppid()
        if not enabled and ending:
            for listener in self.sockets:
                self._take_what_waits(listener)
                listener.close()

    def _take_what_waits(self, listener: object) -> None:
        taken = -1
        while taken != self.nr_conns:
            taken = self.nr_conns
            self.accept(listener)
