"""A SPDY/3.1 client for tests, over a plain HTTP upgrade, with one thread that reads."""
import http.client
import queue
import socket
import struct
import threading
import urllib.parse
import zlib

WORDS = """options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow
authorization cache-control connection content-base content-encoding content-language content-length content-location
content-md5 content-range content-type date etag expect expires from host if-match if-modified-since if-none-match if-range
if-unmodified-since last-modified location max-forwards pragma proxy-authenticate proxy-authorization range referer retry-after
server te trailer transfer-encoding upgrade user-agent vary via warning www-authenticate method get status""".split()
WORDS += ["200 OK", "version", "HTTP/1.1", "url", "public", "set-cookie", "keep-alive", "origin"]
REST = (
    "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505"
    "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden"
    "404 Not Found500 Internal Server Error501 Not Implemented503 Service Unavailable"
    "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT"
    "chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,public"
    "privatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.")
DICTIONARY = b"".join(struct.pack(">I", len(word)) + word.encode() for word in WORDS) + REST.encode()
assert zlib.adler32(DICTIONARY) == 0xE3C6A7C2

SYN_STREAM, SYN_REPLY, RST_STREAM, SETTINGS, PING, GOAWAY, HEADERS, WINDOW_UPDATE = 1, 2, 3, 4, 6, 7, 8, 9
WINDOW = 64 << 10
PATIENCE = 30  # seconds


class Refused(Exception):
    def __init__(self, status, headers, body):
        super().__init__(f"{status} {body!r}")
        self.status, self.headers, self.body = status, headers, body


def upgrade(url, headers, method="POST"):
    """Sends the request and takes the socket over. Raises Refused when the answer is not 101."""
    parts = urllib.parse.urlsplit(url)
    sock = socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE)
    lines = [f"{method} {parts.path} HTTP/1.1", f"Host: {parts.netloc}"]
    lines += [f"{name}: {value}" for name, value in headers]
    if method == "POST":
        lines.append("Content-Length: 0")
    sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    answer = http.client.HTTPResponse(sock, method=method)
    # Byte by byte up to the end of the head: what follows is no longer HTTP.
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = sock.recv(1)
        if not byte:
            raise Refused(0, {}, b"closed")
        head += byte
    status = int(head.split(b" ", 2)[1])
    fields = [line.decode().split(": ", 1) for line in head.split(b"\r\n")[1:] if line]
    if status != 101:
        length = next((int(value) for name, value in fields if name.lower() == "content-length"), 0)
        body = b""
        while len(body) < length:
            body += sock.recv(length - len(body))
        sock.close()
        answer.close()
        raise Refused(status, fields, body)
    return sock, fields


class Stream:
    def __init__(self, connection, number):
        self.connection, self.number = connection, number
        self.pieces = queue.Queue()
        self.replied = threading.Event()
        self.was_reset = False
        self.ended = False
        self.window = WINDOW

    def read(self):
        """The next piece; b"" at the end."""
        if self.ended:
            return b""
        piece = self.pieces.get(timeout=PATIENCE)
        if piece is None:
            self.ended = True
            return b""
        if self.connection.counts:
            self.connection.acknowledge(self.number, len(piece))
        return piece

    def read_all(self):
        return b"".join(iter(self.read, b""))

    def read_until(self, mark):
        text = b""
        while mark not in text:
            piece = self.read()
            assert piece, f"ended before {mark!r}: {text!r}"
            text += piece
        return text

    def write(self, data, size=32 << 10):
        for start in range(0, len(data), size):
            self.connection.data(self, data[start:start + size])

    def finish(self):
        self.connection.raw_data(self.number, b"", 1)

    def reset(self, status=5):
        self.connection.control(RST_STREAM, 0, struct.pack(">II", self.number, status))


class Connection:
    """`counts`: a client that keeps to the protocol's windows, as Go's does not."""

    def __init__(self, sock, counts=False):
        self.sock, self.counts = sock, counts
        self.deflate = zlib.compressobj(zdict=DICTIONARY)
        self.inflate = zlib.decompressobj(zdict=DICTIONARY)
        self.lock = threading.Lock()
        self.room = threading.Condition()
        self.window = WINDOW
        self.received = 0
        self.highest_unacknowledged = 0
        self.streams = {}
        self.next = 1
        self.pongs = queue.Queue()
        self.goaway = threading.Event()
        self.over = threading.Event()
        self.fault = None
        if counts:
            # A setting is the sign of a client that counts.
            self.control(SETTINGS, 0, struct.pack(">III", 1, 7, WINDOW))
        self.reader = threading.Thread(target=self.serve, daemon=True)
        self.reader.start()

    # Writing

    def send(self, data):
        self.sock.sendall(data)

    def control(self, kind, flags, body):
        with self.lock:
            self.send(struct.pack(">HHI", 0x8003, kind, flags << 24 | len(body)) + body)

    def raw_data(self, number, data, flags=0):
        with self.lock:
            self.send(struct.pack(">II", number, flags << 24 | len(data)) + data)

    def data(self, stream, data):
        while data:
            count = len(data)
            if self.counts:
                with self.room:
                    assert self.room.wait_for(lambda: min(self.window, stream.window) > 0 or self.over.is_set(), PATIENCE)
                    count = min(count, self.window, stream.window)
                    self.window -= count
                    stream.window -= count
            self.raw_data(stream.number, data[:count])
            data = data[count:]

    def acknowledge(self, number, count):
        for each in (0, number):
            self.control(WINDOW_UPDATE, 0, struct.pack(">II", each, count))

    def open(self, headers, flags=0):
        """Opens a stream without waiting for the reply."""
        block = struct.pack(">I", len(headers))
        for name, value in headers.items():
            for text in (name.lower().encode(), value.encode()):
                block += struct.pack(">I", len(text)) + text
        with self.lock:
            number = self.next
            self.next += 2
            stream = self.streams[number] = Stream(self, number)
            block = self.deflate.compress(block) + self.deflate.flush(zlib.Z_SYNC_FLUSH)
            body = struct.pack(">IIH", number, 0, 0) + block
            self.send(struct.pack(">HHI", 0x8003, SYN_STREAM, flags << 24 | len(body)) + body)
        return stream

    def ping(self, number=1):
        self.control(PING, 0, struct.pack(">I", number))
        return self.pongs.get(timeout=PATIENCE)

    def close(self):
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.sock.close()

    # Reading

    def exactly(self, count):
        parts = []
        while count:
            part = self.sock.recv(min(count, 1 << 16))
            if not part:
                raise EOFError
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def serve(self):
        try:
            self.sock.settimeout(None)
            while True:
                first, second = struct.unpack(">II", self.exactly(8))
                flags, body = second >> 24, self.exactly(second & 0xFFFFFF)
                if first & 0x80000000:
                    self.received_control(first & 0xFFFF, flags, body)
                else:
                    self.received_data(first, flags, body)
        except (EOFError, OSError):
            pass
        except Exception as error:
            self.fault = error
        finally:
            self.over.set()
            for stream in list(self.streams.values()):
                stream.replied.set()
                stream.pieces.put(None)
            with self.room:
                self.room.notify_all()

    def received_data(self, number, flags, body):
        self.received += len(body)
        stream = self.streams[number]
        if body:
            stream.pieces.put(body)
        if flags & 1:
            stream.pieces.put(None)

    def received_control(self, kind, flags, body):
        if kind == SYN_REPLY:
            number, = struct.unpack(">I", body[:4])
            block = self.inflate.decompress(body[4:])
            assert len(block) >= 4
            self.streams[number].replied.set()
        elif kind == RST_STREAM:
            number, _ = struct.unpack(">II", body)
            if stream := self.streams.get(number):
                stream.was_reset = True
                stream.replied.set()
                stream.pieces.put(None)
        elif kind == PING:
            self.pongs.put(struct.unpack(">I", body)[0])
        elif kind == GOAWAY:
            self.goaway.set()
        elif kind == WINDOW_UPDATE:
            number, delta = struct.unpack(">II", body)
            with self.room:
                if number == 0:
                    self.window += delta
                elif number in self.streams:
                    self.streams[number].window += delta
                self.room.notify_all()


def connect(url, *protocols, counts=False, method="POST"):
    """A connection on which the first of `protocols` that the server has is agreed on."""
    headers = [("Connection", "Upgrade"), ("Upgrade", "SPDY/3.1")]
    headers += [("X-Stream-Protocol-Version", name) for name in protocols]
    sock, answer = upgrade(url, headers, method)
    connection = Connection(sock, counts)
    connection.protocol = next(value for name, value in answer if name.lower() == "x-stream-protocol-version")
    return connection
