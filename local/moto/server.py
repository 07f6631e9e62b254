"""Starts moto's server on a free port of 127.0.0.1 and ends with the process that started it.

Prints one line, `ready PORT`, when it accepts requests. Ends when its standard input is closed, which the kernel does
when the parent dies, whatever it died of. Beside moto's own API it answers
`POST /local-region/acm-validation-wait` with a number of seconds as the body: how long a certificate that is asked for
from now on stays PENDING_VALIDATION. (moto's setting is a constant of its start; a rehearsal changes it on the way.) So it does
`POST /local-region/rds-seconds`: how long RDS takes to make, change or delete an instance; and `POST /local-region/rds-state` with
`NAME STATE`: an instance gets into that state, such as `failed`.
"""

import os
import signal
import sys
import threading

import corrections
import databases
import file_systems
import machines
import refusals
from moto import settings
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response


class QuietRequestHandler(MotoRequestHandler):
    """Does not log each request: the region does, by service and operation."""

    def log_request(self, code="-", size="-"):
        pass


def certificates_wait(seconds):
    settings.ACM_VALIDATION_WAIT = float(seconds)


def databases_take(seconds):
    databases.seconds = float(seconds)


controls = {
    "/local-region/acm-validation-wait": certificates_wait,
    "/local-region/rds-seconds": databases_take,
    "/local-region/rds-state": databases.set_state,
}


class WithControls:
    """The WSGI application of moto with our own route in front."""

    def __init__(self, application):
        self._application = application

    def __call__(self, environ, start_response):
        control = controls.get(environ.get("PATH_INFO"))
        if control is not None:
            request = Request(environ)
            try:
                control(request.get_data(as_text=True))
                response = Response(status=204)
            except ValueError as error:
                response = Response(f"not understood: {error}", status=400)
            return response(environ, start_response)
        return self._application(environ, start_response)


def end_with_parent():
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


def main():
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    # Ctrl-C at a terminal is the parent's to handle; it closes our input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    corrections.apply()
    refusals.apply()
    machines.apply()
    databases.apply()
    file_systems.apply()
    application = WithControls(DomainDispatcherApplication(create_backend_app))
    server = make_server(
        "127.0.0.1", 0, application, threaded=True, request_handler=QuietRequestHandler
    )
    # moto refers to itself by this port in URLs that it returns.
    os.environ["MOTO_PORT"] = str(server.port)
    threading.Thread(target=end_with_parent, daemon=True).start()
    print(f"ready {server.port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
