"""The slot of vpcd: a card plugged in over its socket (vsmartcard's wire: length, payload), and pulled out again."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable

from tools.virtual_card.card import Card

OFF, ON, RESET, ATR = 0, 1, 2, 4
QUICKACK = getattr(socket, "TCP_QUICKACK", None)


class Slot:
    """One card at a time in the reader at `port`; inserting is connecting, removing is closing."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.address = (host, port)
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None

    def insert(
        self, card: Card, *, leave: Callable[[], None] | None = None, after: int = 0, within: float = 10
    ) -> None:
        """`leave` is called once, `after` so many commands; 0 is never."""
        deadline = time.monotonic() + within
        while True:
            try:
                self._socket = socket.create_connection(self.address, timeout=within)
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
        self._socket.settimeout(None)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._thread = threading.Thread(
            target=self._serve, args=(self._socket, card, leave, after), daemon=True
        )
        self._thread.start()

    def remove(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
            self._socket = None
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(5)
            self._thread = None

    def _serve(
        self, connection: socket.socket, card: Card, leave: Callable[[], None] | None, after: int
    ) -> None:
        served = 0
        with contextlib.suppress(OSError, EOFError):
            while True:
                size = int.from_bytes(_exactly(connection, 2), "big")
                message = _exactly(connection, size)
                if size == 1:
                    if message[0] == ATR:
                        _send(connection, card.atr)
                    else:
                        card.reset()
                    continue
                _send(connection, card.answer(message))
                served += 1
                if leave is not None and served == after:
                    threading.Thread(target=leave, daemon=True).start()
                    return


def _exactly(connection: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        if (
            QUICKACK is not None
        ):  # before each read: the driver writes in two parts, and would wait 40 ms for an answer
            connection.setsockopt(socket.IPPROTO_TCP, QUICKACK, 1)
        part = connection.recv(size - len(found))
        if not part:
            raise EOFError
        found += part
    return found


def _send(connection: socket.socket, content: bytes) -> None:
    connection.sendall(len(content).to_bytes(2, "big") + content)
