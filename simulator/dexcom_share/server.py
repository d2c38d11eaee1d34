"""The HTTP server, with answers that take their time."""

import time

from simulator import server
from simulator.dexcom_share.admin import Admin
from simulator.dexcom_share.breaking import SlowAnswer
from simulator.dexcom_share.vendor import Vendor
from simulator.dexcom_share.world import World
from simulator.http_message import Answer, Request
from simulator.request_log import RequestLog

PIECES = 20


class Server(server.HttpServer):
    """Serves one world."""

    def __init__(self, *, host: str, port: int, world: World) -> None:
        log = RequestLog()
        self._admin = Admin(world=world, log=log)
        self._vendor = Vendor(world=world, log=log)
        super().__init__(host=host, port=port, answer=self._routed, handler=Handler)

    def _routed(self, request: Request) -> Answer:
        if request.full_path.startswith(server.ADMIN_PREFIX):
            return self._admin.respond(request)
        return self._vendor.respond(request)


class Handler(server.Handler):
    """Writes slow answers piece by piece, so that no single read waits for long."""

    def _send(self, answer: Answer) -> None:
        if not isinstance(answer, SlowAnswer):
            super()._send(answer)
            return
        self.close_connection = True
        if answer.hangs:
            time.sleep(answer.seconds)
            return
        content = answer.content()
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        # Said, or the client may send its next request just before it hears that there is nobody left.
        self.send_header("Connection", "close")
        self.end_headers()
        step = -(-len(content) // PIECES) or 1
        for start in range(0, len(content), step):
            time.sleep(answer.seconds / PIECES)
            self.wfile.write(content[start : start + step])
