"""One face for a command or attachment, over SPDY or a WebSocket."""
import base64
import json
import ssl  # noqa: F401  (websocket-client wants it loaded)
import struct

import spdy
import websocket

SPDY = ["channel.k8s.io", "v2.channel.k8s.io", "v3.channel.k8s.io", "v4.channel.k8s.io", "v5.channel.k8s.io"]
WEBSOCKET = ["", "channel.k8s.io", "base64.channel.k8s.io", "v4.channel.k8s.io", "v4.base64.channel.k8s.io",
             "v5.channel.k8s.io"]
TRANSPORTS = [f"spdy {name}" for name in SPDY] + [f"ws {name}" for name in WEBSOCKET]


def open_websocket(url, *protocols):
    sock = websocket.WebSocket()
    sock.connect(url.replace("http://", "ws://"), subprotocols=list(protocols) or None, timeout=spdy.PATIENCE,
                 suppress_origin=True)
    return sock


class Command:
    """What a client has of a command. `transport`: `spdy v4.channel.k8s.io`, `ws `."""

    @staticmethod
    def open(url, transport, **streams):
        kind, _, protocol = transport.partition(" ")
        return (OverSPDY if kind == "spdy" else OverWebSocket)(url, protocol, **streams)

    @property
    def tells_status(self):
        return self.protocol.startswith(("v4", "v5"))

    def outcome(self):
        """The exit code from the status, 0 for success; the text for versions that only have text."""
        message = self.errors()
        if not self.tells_status:
            return message.decode() or 0
        status = json.loads(message)
        if status["status"] == "Success":
            return 0
        if status["reason"] == "NonZeroExitCode":
            cause, = status["details"]["causes"]
            assert cause["reason"] == "ExitCode"
            return int(cause["message"])
        return status


class OverSPDY(Command):
    def __init__(self, url, protocol, stdin=False, stdout=True, stderr=True, tty=False, counts=False):
        self.protocol = protocol
        self.connection = spdy.connect(url, protocol, counts=counts)
        assert self.connection.protocol == protocol
        names = ["error"] + [name for name, wanted in
                             (("stdin", stdin), ("stdout", stdout), ("stderr", stderr),
                              ("resize", tty and protocol not in SPDY[:2])) if wanted]
        self.streams = {name: self.connection.open({"streamType": name}) for name in names}
        for stream in self.streams.values():
            assert stream.replied.wait(spdy.PATIENCE) and not stream.was_reset

    def write(self, data):
        self.streams["stdin"].write(data)

    def close_stdin(self):
        self.streams["stdin"].finish()

    def resize(self, width, height):
        self.streams["resize"].write(json.dumps({"Width": width, "Height": height}).encode())

    def stdout(self):
        return self.streams["stdout"].read_all()

    def stderr(self):
        return self.streams["stderr"].read_all()

    def read_until(self, mark):
        return self.streams["stdout"].read_until(mark)

    def errors(self):
        return self.streams["error"].read_all()

    def close(self):
        self.connection.close()
        assert self.connection.fault is None


class OverWebSocket(Command):
    def __init__(self, url, protocol, stdin=False, stdout=True, stderr=True, tty=False):
        self.protocol = protocol
        self.base64 = "base64" in protocol
        self.sock = open_websocket(url, *([protocol] if protocol else []))
        assert (self.sock.getsubprotocol() or "") == protocol
        self.buffers = {1: b"", 2: b"", 3: b""}
        self.ended = False
        # The first message is an empty one on the first channel that is written.
        channel, data = self.receive()
        assert (channel, data) == (1 if stdout else 2 if stderr else 3, b"")

    def send(self, channel, data):
        if self.base64:
            self.sock.send(str(channel) + base64.b64encode(data).decode())
        else:
            self.sock.send_binary(bytes([channel]) + data)

    def receive(self):
        """(channel, data); None at the end."""
        code, data = self.sock.recv_data()
        if code == websocket.ABNF.OPCODE_CLOSE:
            assert struct.unpack(">H", data[:2])[0] == 1000, data
            self.ended = True
            return None
        if self.base64:
            assert code == websocket.ABNF.OPCODE_TEXT
            return int(data[:1]), base64.b64decode(data[1:])
        assert code == websocket.ABNF.OPCODE_BINARY
        return data[0], data[1:]

    def pump(self):
        received = self.receive()
        if received:
            self.buffers[received[0]] += received[1]
        return received

    def finish(self):
        while not self.ended:
            self.pump()

    def write(self, data):
        for start in range(0, len(data), 32 << 10):
            self.send(0, data[start:start + (32 << 10)])

    def close_stdin(self):
        assert self.protocol == "v5.channel.k8s.io"
        self.sock.send_binary(bytes([255, 0]))

    def resize(self, width, height):
        self.send(4, json.dumps({"Width": width, "Height": height}).encode())

    def stdout(self):
        self.finish()
        return self.buffers[1]

    def stderr(self):
        self.finish()
        return self.buffers[2]

    def errors(self):
        self.finish()
        return self.buffers[3]

    def read_until(self, mark):
        while mark not in self.buffers[1]:
            assert self.pump(), f"ended before {mark!r}: {self.buffers}"
        text, self.buffers[1] = self.buffers[1], b""
        return text

    def close(self):
        self.sock.sock.close()
