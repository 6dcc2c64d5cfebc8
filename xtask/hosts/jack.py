"""A JACK server of one's own, which plays to nobody, and a client that records from other clients' ports."""

import ctypes
import itertools
import os
import subprocess
import time
from pathlib import Path

import numpy as np
from common import RATE, check

BLOCK = 1024
START_LIMIT_S = 10.0
# Options of jack_client_open: no server is started on its own, and this server is meant, not the user's.
NO_START_SERVER, SERVER_NAME = 0x01, 0x04
IS_INPUT = 0x1
AUDIO = b"32 bit float mono audio"
servers = itertools.count()


class Server:
    """Lives as long as the `with` block."""

    def __init__(self, log):
        self.name = f"lull-{os.getpid()}-{next(servers)}"
        self.environment = {"JACK_DEFAULT_SERVER": self.name, "JACK_NO_START_SERVER": "1", "JACK_NO_AUDIO_RESERVATION": "1"}
        self.log = log

    def __enter__(self):
        # Synchronous: a cycle waits for its clients, however busy the machine is.
        command = ["jackd", "--no-realtime", "--no-mlock", "--sync", "--timeout", "5000", "--name", self.name]
        command += ["-d", "dummy", "--rate", str(RATE), "--period", str(BLOCK)]
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                command, env={**os.environ, **self.environment}, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        # It leaves semaphores and a socket behind until a server of the same name is started.
        for left in Path("/dev/shm").glob(f"jack*_{self.name}_*"):
            left.unlink(missing_ok=True)


class Recorder:
    """Records `length` samples of `ports` ports from the moment when the transport is started."""

    def __init__(self, server, ports, length):
        self.server = server
        self.heard = np.zeros((ports, length), np.float32)
        self.at = None
        self.library = ctypes.CDLL("libjack.so.0")
        for name in ("jack_client_open", "jack_port_register", "jack_port_get_buffer"):
            getattr(self.library, name).restype = ctypes.c_void_p
        self.library.jack_port_get_buffer.argtypes = [ctypes.c_void_p, ctypes.c_uint32]
        # Kept here: the library holds only their addresses. It would print each try to reach a server that starts.
        self.silent = ctypes.CFUNCTYPE(None, ctypes.c_char_p)(lambda _: None)
        self.library.jack_set_error_function(self.silent)
        self.library.jack_set_info_function(self.silent)
        self.callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_uint32, ctypes.c_void_p)(self.process)

    def __enter__(self):
        until = time.monotonic() + START_LIMIT_S
        client = None
        while not client and self.server.process.poll() is None and time.monotonic() < until:
            time.sleep(0.1)
            client = self.library.jack_client_open(
                b"recorder", NO_START_SERVER | SERVER_NAME, None, self.server.name.encode()
            )
        check("jackd's dummy driver", bool(client), "it runs" if client else self.server.log.read_text()[-500:])
        self.client = ctypes.c_void_p(client)
        self.ports = [
            ctypes.c_void_p(
                self.library.jack_port_register(
                    self.client, f"in_{index}".encode(), AUDIO, ctypes.c_ulong(IS_INPUT), ctypes.c_ulong(0)
                )
            )
            for index in range(len(self.heard))
        ]
        self.library.jack_set_process_callback(self.client, self.callback, None)
        self.library.jack_activate(self.client)
        return self

    def __exit__(self, *_):
        self.library.jack_client_close(self.client)

    def process(self, frames, _):
        if self.at is not None:
            taken = min(frames, self.heard.shape[1] - self.at)
            for port, heard in zip(self.ports, self.heard):
                buffer = self.library.jack_port_get_buffer(port, frames)
                block = np.ctypeslib.as_array(ctypes.cast(buffer, ctypes.POINTER(ctypes.c_float)), (frames,))
                heard[self.at : self.at + taken] = block[:taken]
            self.at += taken
        return 0

    def connect(self, ports, limit_s, host):
        """Connects the ports as they appear; gives the first that did not."""
        until = time.monotonic() + limit_s
        for index, name in enumerate(ports):
            target = f"recorder:in_{index}".encode()
            while self.library.jack_connect(self.client, name.encode(), target) != 0:
                if host.poll() is not None or time.monotonic() > until:
                    return name
                time.sleep(0.1)
        return None

    def roll(self):
        self.at = 0
        self.library.jack_transport_start(self.client)

    def wait(self, limit_s, host):
        """What was recorded, or None where the host or the time has come to an end."""
        until = time.monotonic() + limit_s
        while self.at < self.heard.shape[1] and host.poll() is None and time.monotonic() < until:
            time.sleep(0.1)
        self.library.jack_transport_stop(self.client)
        return self.heard if self.at == self.heard.shape[1] else None
