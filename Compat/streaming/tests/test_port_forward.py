"""PortForward over every protocol, into pods with a network of their own and the host's."""
import random
import struct
import threading

import pytest
import spdy
from command import open_websocket
from conftest import eventually

ECHO = 8001
HALF = 8002
SIX = 8003
CLOSED = 9
WEBSOCKET = ["", "v4.channel.k8s.io", "v4.base64.channel.k8s.io"]
TUNNEL = "SPDY/3.1+portforward.k8s.io"


@pytest.fixture(scope="module")
def server(new_pod):
    pod = new_pod()
    container = pod.start("server", "/bin/sh", "-c", f"""
        nc -ll -p {ECHO} -e cat &
        nc -ll -p {HALF} -e sh -c 'n=$(wc -c); echo counted $n' &
        mkdir -p /tmp/six; echo six > /tmp/six/file; httpd -p '[::1]:{SIX}' -h /tmp/six
        trap exit TERM; while :; do sleep 1000 & wait; done""")
    eventually(lambda: pod.sync(container, f"nc 127.0.0.1 {ECHO} < /dev/null && echo up").stdout == b"up\n")
    return pod


class Tunnel:
    """The socket of a SPDY connection that travels in WebSocket messages."""

    def __init__(self, sock):
        self.sock, self.rest = sock, b""

    def sendall(self, data):
        for start in range(0, len(data), 1000):
            self.sock.send_binary(data[start:start + 1000])

    def recv(self, count):
        while not self.rest:
            code, self.rest = self.sock.recv_data()
            if code == 8:
                return b""
        data, self.rest = self.rest[:count], self.rest[count:]
        return data

    def settimeout(self, seconds):
        self.sock.settimeout(seconds)

    def shutdown(self, how):
        self.sock.shutdown()

    def close(self):
        pass


@pytest.fixture(params=["spdy", "tunnel"])
def connection(request, server):
    url = server.forward_url()
    if request.param == "spdy":
        connection = spdy.connect(url, "portforward.k8s.io")
    else:
        connection = spdy.Connection(Tunnel(open_websocket(url, TUNNEL)))
    yield connection
    connection.close()
    assert connection.fault is None


def pair(connection, port, request="0"):
    headers = {"port": str(port)} | ({"requestID": request} if request else {})
    error = connection.open(headers | {"streamType": "error"})
    error.finish()
    return connection.open(headers | {"streamType": "data"}), error


def test_bytes_both_ways(connection):
    data, error = pair(connection, ECHO)
    payload = random.Random(3).randbytes(4 << 20)

    def feed():
        data.write(payload)
        data.finish()

    feeder = threading.Thread(target=feed)
    feeder.start()
    assert data.read_all() == payload
    feeder.join()
    assert error.read_all() == b""


def test_each_way_has_its_own_end(connection):
    data, error = pair(connection, HALF)
    data.write(b"x" * 1000)
    data.finish()
    assert data.read_all() == b"counted 1000\n"
    assert error.read_all() == b""


def test_many_connections_at_once(connection):
    pairs = []
    for number in range(40):
        pairs.append(pair(connection, ECHO, str(number)))
        # busybox's nc has room for one client that was not accepted yet; the kernel resets the next.
        pairs[-1][0].write(b"hello")
        assert pairs[-1][0].read() == b"hello"
    for number, (data, _) in enumerate(pairs):
        data.write(b"%d" % number * 100)
        data.finish()
    for number, (data, error) in enumerate(pairs):
        assert data.read_all() == b"%d" % number * 100
        assert error.read_all() == b""


def test_one_connection_after_another(connection):
    for number in range(50):
        data, error = pair(connection, ECHO, str(number))
        data.write(b"x")
        assert data.read() == b"x"
        data.finish()
        assert data.read_all() == b"" and error.read_all() == b""


def test_ports_of_ipv6_alone(connection):
    data, error = pair(connection, SIX)
    data.write(b"GET /file HTTP/1.0\r\n\r\n")
    assert data.read_all().endswith(b"\r\n\r\nsix\n")
    data.finish()
    assert error.read_all() == b""


def test_a_closed_port_is_told_on_the_error_stream(connection, server):
    data, error = pair(connection, CLOSED)
    text = error.read_all().decode()
    assert text.startswith(f"error forwarding port {CLOSED} to pod {server.id}, uid : ") and "refused" in text.lower()
    assert data.read_all() == b""
    # The connection goes on.
    data, error = pair(connection, ECHO, "1")
    data.write(b"y")
    assert data.read() == b"y"


def test_clients_from_before_request_ids(connection):
    data, error = pair(connection, ECHO, None)
    assert data.number - error.number == 2
    data.write(b"old")
    data.finish()
    assert data.read_all() == b"old" and error.read_all() == b""


@pytest.mark.parametrize("headers", [
    {"streamType": "data"}, {"streamType": "data", "port": "0"}, {"streamType": "data", "port": "65536"},
    {"streamType": "data", "port": "x"}, {"port": "80"}, {"streamType": "stdin", "port": "80"}])
def test_streams_with_bad_headers_are_reset(connection, headers):
    stream = connection.open(headers | {"requestID": "0"})
    assert stream.read_all() == b"" and stream.was_reset


def test_a_client_that_resets_ends_the_connection_into_the_pod(connection, server):
    data, _ = pair(connection, ECHO)
    data.write(b"x")
    assert data.read() == b"x"
    data.reset()
    data, _ = pair(connection, ECHO, "1")
    data.write(b"still")
    assert data.read() == b"still"


@pytest.mark.parametrize("protocol", WEBSOCKET)
def test_websocket_channels(server, protocol):
    import base64
    sock = open_websocket(server.forward_url(ECHO, CLOSED), *([protocol] if protocol else []))
    is_base64 = "base64" in protocol

    def receive():
        code, data = sock.recv_data()
        if code == 8:
            return None
        return (int(data[:1]), base64.b64decode(data[1:])) if is_base64 else (data[0], data[1:])

    def send(channel, data):
        if is_base64:
            sock.send(str(channel) + base64.b64encode(data).decode())
        else:
            sock.send_binary(bytes([channel]) + data)

    assert [receive() for _ in range(4)] == [
        (channel, struct.pack("<H", port)) for channel, port in ((0, ECHO), (1, ECHO), (2, CLOSED), (3, CLOSED))]
    payload = random.Random(4).randbytes(300_000)
    for start in range(0, len(payload), 10_000):
        send(0, payload[start:start + 10_000])
    got, errors = b"", b""
    while len(got) < len(payload) or not errors:
        channel, data = receive()
        if channel == 0:
            got += data
        else:
            assert channel == 3
            errors += data
    assert got == payload
    assert b"error forwarding port 9 to pod" in errors
    sock.close()


def test_pods_on_the_network_of_the_host(cri, new_pod):
    import socket
    listener = socket.create_server(("127.0.0.1", 0))
    pb = cri.pb
    import conftest

    class HostPod(conftest.Pod):
        def __init__(self):
            self.pb, self.runtime = pb, cri.runtime
            self.logs = "/tmp/oxbow-streaming-host"
            self.config = pb.PodSandboxConfig(
                metadata=pb.PodSandboxMetadata(name="host", uid="streaming-host", namespace="oxbow-streaming"),
                log_directory=self.logs, linux=pb.LinuxPodSandboxConfig(
                    security_context=pb.LinuxSandboxSecurityContext(
                        namespace_options=pb.NamespaceOption(network=pb.NODE))))
            self.id = cri.runtime.RunPodSandbox(pb.RunPodSandboxRequest(config=self.config), timeout=60).pod_sandbox_id

    pod = HostPod()
    try:
        connection = spdy.connect(pod.forward_url(), "portforward.k8s.io")
        data, _ = pair(connection, listener.getsockname()[1])
        peer, _ = listener.accept()
        data.write(b"hello")
        assert peer.recv(10) == b"hello"
        peer.sendall(b"back")
        assert data.read() == b"back"
        connection.close()
        peer.settimeout(spdy.PATIENCE)
        assert peer.recv(10) == b""
    finally:
        pod.remove()
