"""Clients of our own: keep-alive connections in threads, for races, for flows of several pages, and without wrk."""

from __future__ import annotations

import itertools
import socket
import threading
import time

TIMEOUT = 30


class Connection:
    """One keep-alive connection to 127.0.0.1; `send` gives (status, headers, body)."""

    def __init__(self, port):
        self.port = port
        self.socket = None
        self.rest = b""

    def open(self):
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), TIMEOUT)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.rest = b""
        return self

    def close(self):
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def send(self, raw):
        self.open()
        self.socket.sendall(raw)
        return self.receive()

    def receive(self):
        held = self.rest
        while (end := held.find(b"\r\n\r\n")) < 0:
            held += self._more()
        status = int(held[9:12])
        headers = {}
        for entry in held[:end].split(b"\r\n")[1:]:
            name, _, value = entry.partition(b":")
            headers.setdefault(name.decode().lower(), []).append(value.strip().decode("latin-1"))
        body, held = b"", held[end + 4 :]
        if "content-length" in headers:
            size = int(headers["content-length"][0])
            while len(held) < size:
                held += self._more()
            body, held = held[:size], held[size:]
        elif "chunked" in headers.get("transfer-encoding", [""])[0]:
            body, held = self._chunks(held)
        self.rest = held
        if "close" in headers.get("connection", [""])[0].lower():
            self.close()
        return status, headers, body

    def _chunks(self, held):
        body = b""
        while True:
            while b"\r\n" not in held:
                held += self._more()
            size, _, held = held.partition(b"\r\n")
            size = int(size, 16)
            while len(held) < size + 2:
                held += self._more()
            body, held = body + held[:size], held[size + 2 :]
            if size == 0:
                return body, held

    def _more(self):
        got = self.socket.recv(65536)
        if not got:
            self.close()
            raise ConnectionError("the server closed the connection")
        return got


def fetch(port, raw):
    connection = Connection(port)
    try:
        return connection.send(raw)
    finally:
        connection.close()


def together(port, requests):
    """Send every request at the same moment, each over its own open connection; the statuses, in order."""
    connections = [Connection(port).open() for _ in requests]
    try:
        for connection, raw in zip(connections, requests, strict=True):
            connection.socket.sendall(raw)
        return [connection.receive()[0] for connection in connections]
    finally:
        for connection in connections:
            connection.close()


def in_turn(port, requests, *, seconds, connections, act):
    """`act(connection, request)` over and over in some threads; what each call took, in seconds, and its answer."""
    waiting, lock = iter(requests), threading.Lock()
    ends = time.monotonic() + seconds
    taken, broken = [], []

    def work():
        connection = Connection(port)
        try:
            while time.monotonic() < ends:
                with lock:
                    mine = next(waiting, None)
                if mine is None:
                    return
                started = time.perf_counter()
                answer = act(connection, mine)
                taken.append((time.perf_counter() - started, answer))
        except Exception as error:  # noqa: BLE001 - told to the caller, who counts on every thread
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(connections)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]
    return taken, time.monotonic() - started


def hammer(port, requests, *, seconds, once, connections):
    """What load.run gives, measured by these clients."""
    source = requests if once else itertools.cycle(requests)
    taken, wall = in_turn(
        port,
        source,
        seconds=seconds,
        connections=connections,
        act=lambda connection, raw: connection.send(raw)[0],
    )
    times = sorted(each for each, _ in taken) or [0.0]
    return {
        "requests": len(taken),
        "seconds": wall,
        "refused": sum(status >= 400 for _, status in taken),
        "p50_ms": times[len(times) // 2] * 1000,
        "p99_ms": times[len(times) * 99 // 100] * 1000,
    }
