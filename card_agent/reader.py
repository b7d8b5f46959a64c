"""The reader, over PC/SC: waits for a card, holds it for one reading at a time, and names what goes wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from smartcard import scard

from card_agent import pin_pad
from card_agent.problems import Problem

WAITS = 120  # seconds for somebody to put a card in
ROUND_MS = 400  # how long one look at the reader takes at most
EID_OLD = (bytes.fromhex("3B980040000000000101AD1310"), bytes.fromhex("FFFF00FF00000000FFFFFFFFF0"))
EID_NEW = bytes.fromhex("3B7F96000080318065B085040120120FFF829000")
CONTACTLESS = bytes.fromhex("3B8F800181")  # the passport application, through the air
CODES = {
    0x8010001D: "no-service", 0x8010001E: "no-service", 0x80100001: "no-service", 0x8010006A: "no-service",
    0x8010002E: "no-reader", 0x80100017: "no-reader", 0x80100009: "no-reader",
    0x8010000C: "removed", 0x80100069: "removed", 0x80100068: "removed", 0x80100016: "removed",
    0x80100010: "removed", 0x8010002F: "removed", 0x80100066: "wrong-side", 0x80100067: "wrong-side",
    0x8010000F: "unsupported", 0x8010000B: "busy",
}  # fmt: skip
TIMEOUT = 0x8010000A


def failed(status: int) -> Problem:
    return Problem(CODES.get(status & 0xFFFFFFFF, "removed"))


class Readers:
    """The system's readers. `stop` is asked often: True ends the waiting with Problem("cancelled")."""

    def __init__(self, stop: Callable[[], bool] = lambda: False) -> None:
        self._stop = stop
        status, self._context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        if status != scard.SCARD_S_SUCCESS:
            raise failed(status)

    def close(self) -> None:
        scard.SCardReleaseContext(self._context)

    def names(self) -> list[str]:
        status, found = scard.SCardListReaders(self._context, [])
        if status & 0xFFFFFFFF == 0x8010002E:
            return []
        if status != scard.SCARD_S_SUCCESS:
            raise failed(status)
        return list(found)

    def wait_for_card(self, *, tell: Callable[[str], None], fresh: bool = False, seconds: int = WAITS) -> str:
        """The reader that holds a card. `tell` hears no-reader, no-card and take-out as they become true.

        `fresh`: a card that is in already does not count; it must be taken out first.
        """
        deadline, told = time.monotonic() + seconds, ""
        while True:
            names = self.names()
            holding = self._holding(names)
            if not names:
                now = "no-reader"
            elif holding and not fresh:
                return holding[0]
            else:
                now = "take-out" if holding else "no-card"
                fresh = bool(holding)
            if now != told:
                tell(now)
                told = now
            if self._stop():
                raise Problem("cancelled")
            if time.monotonic() > deadline:
                raise Problem("no-card" if now == "take-out" else now)
            self._wait(names)

    def _states(self, names: list[str], timeout: int, known: int) -> list[tuple[str, int, bytes]]:
        if not names:
            return []
        status, found = scard.SCardGetStatusChange(self._context, timeout, [(name, known) for name in names])
        if status & 0xFFFFFFFF == TIMEOUT:
            return []
        if status != scard.SCARD_S_SUCCESS:
            raise failed(status)
        return [(name, state, bytes(atr)) for name, state, atr in found]

    def _holding(self, names: list[str]) -> list[str]:
        found = self._states(names, 0, scard.SCARD_STATE_UNAWARE)
        return [name for name, state, _ in found if state & scard.SCARD_STATE_PRESENT]

    def _wait(self, names: list[str]) -> None:
        if not names:
            time.sleep(ROUND_MS / 1000)
            return
        found = self._states(names, 0, scard.SCARD_STATE_UNAWARE)
        states = [(name, state & ~scard.SCARD_STATE_CHANGED) for name, state, _ in found]
        if states:
            scard.SCardGetStatusChange(self._context, ROUND_MS, states)

    def looks_right(self, reader: str) -> None:
        """By the answer to reset alone; what decides is GET CARD DATA. Problem: wrong-side, unsupported."""
        found = self._states([reader], 0, scard.SCARD_STATE_UNAWARE)
        atr = found[0][2] if found else b""
        if found and found[0][1] & scard.SCARD_STATE_MUTE or atr.startswith(CONTACTLESS):
            raise Problem("wrong-side")
        value, mask = EID_OLD
        old = len(atr) >= len(mask) and all(a & m == v & m for a, v, m in zip(atr, value, mask, strict=False))
        if atr != EID_NEW and not old:
            raise Problem("unsupported")

    @contextmanager
    def connected(self, reader: str) -> Iterator[Connection]:
        """Shared with other programs between transactions; reset at the end, so that no right outlives it."""
        status, handle, _ = scard.SCardConnect(
            self._context, reader, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T0
        )
        if status != scard.SCARD_S_SUCCESS:
            raise failed(status)
        try:
            yield Connection(handle)
        finally:
            scard.SCardDisconnect(handle, scard.SCARD_RESET_CARD)


class Connection:
    """A card in hand."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    @contextmanager
    def alone(self) -> Iterator[None]:
        """No other program comes between. Windows ends one that is idle for five seconds: nothing is asked inside."""
        status = scard.SCardBeginTransaction(self._handle)
        if status != scard.SCARD_S_SUCCESS:
            raise failed(status)
        try:
            yield
        finally:
            scard.SCardEndTransaction(self._handle, scard.SCARD_LEAVE_CARD)

    def pin_pad(self) -> int | None:
        """What asks this reader's own keys for a PIN; None where it has none."""
        status, found = scard.SCardControl(self._handle, pin_pad.request_code(), [])
        return pin_pad.control_of(bytes(found)) if status == scard.SCARD_S_SUCCESS else None

    def ask_pad(self, control: int, language: str) -> int:
        """The status word after a PIN was typed on the reader. Problem("cancelled") when it was not."""
        status, found = scard.SCardControl(self._handle, control, list(pin_pad.question(language)))
        if status != scard.SCARD_S_SUCCESS or len(found) < 2:
            raise failed(status)
        answer = found[-2] << 8 | found[-1]
        if answer in (pin_pad.TIMED_OUT, pin_pad.GIVEN_UP):
            raise Problem("cancelled")
        return answer

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """T=0: what waits is fetched, and a wrong length asked for again."""
        found, status = self._once(command)
        if status >> 8 == 0x6C:
            found, status = self._once(command[:4] + bytes((status & 0xFF,)))
        while status >> 8 == 0x61:
            more, status = self._once(b"\x00\xc0\x00\x00" + bytes((status & 0xFF,)))
            found += more
        return found, status

    def _once(self, command: bytes) -> tuple[bytes, int]:
        status, answer = scard.SCardTransmit(self._handle, scard.SCARD_PCI_T0, list(command))
        if status != scard.SCARD_S_SUCCESS:
            raise failed(status)
        if len(answer) < 2:
            raise Problem("removed")
        return bytes(answer[:-2]), answer[-2] << 8 | answer[-1]
