"""The server itself: requests that are refused, tokens, and clients that break the protocols."""
import os
import socket
import struct
import urllib.parse
import zlib

import grpc
import pytest
import spdy
import websocket
from command import Command, open_websocket
from conftest import eventually

EXEC = ["v4.channel.k8s.io"]


@pytest.fixture
def url(pod, shell):
    return lambda: pod.exec_url(shell, "cat", stdin=True)


def refused(status, url, headers, method="POST"):
    with pytest.raises(spdy.Refused) as error:
        spdy.upgrade(url, headers, method)
    assert error.value.status == status
    return error.value


UPGRADE = [("Connection", "Upgrade"), ("Upgrade", "SPDY/3.1")]
VERSION = "X-Stream-Protocol-Version"


def test_urls_are_absolute_and_on_loopback(pod, shell):
    parts = urllib.parse.urlsplit(pod.exec_url(shell, "true"))
    assert parts.scheme == "http" and parts.hostname == "127.0.0.1" and parts.port
    assert parts.path.startswith("/exec/")
    assert urllib.parse.urlsplit(pod.forward_url(80)).path.startswith("/portforward/")


def test_a_token_is_good_once(url):
    asked = url()
    spdy.connect(asked, *EXEC).close()
    refused(404, asked, UPGRADE + [(VERSION, EXEC[0])])


def test_unknown_tokens_and_paths(url):
    asked = url()
    for path in ("/exec/AAAAAAAAAAAAAAAA", "/exec/", "/", "/attach/" + asked.rsplit("/", 1)[1], "/exec/a/b"):
        refused(404, urllib.parse.urljoin(asked, path), UPGRADE + [(VERSION, EXEC[0])])


def test_agreement_on_a_version(url):
    refused(400, url(), UPGRADE)
    error = refused(403, url(), UPGRADE + [(VERSION, "v9.channel.k8s.io")])
    offered = [value for name, value in error.headers if name.lower() == "x-accepted-stream-protocol-versions"]
    assert "v4.channel.k8s.io" in offered and "channel.k8s.io" in offered
    refused(400, url(), [(VERSION, EXEC[0])])
    refused(400, url(), [("Connection", "Upgrade"), ("Upgrade", "h2c"), (VERSION, EXEC[0])])
    refused(405, url(), UPGRADE + [(VERSION, EXEC[0])], method="PUT")
    # The client's first that the server has, from a list in one header too; GET as well as POST.
    sock, headers = spdy.upgrade(url(), UPGRADE + [(VERSION, "v9.channel.k8s.io, v2.channel.k8s.io"), (VERSION, EXEC[0])], "GET")
    assert (VERSION, "v2.channel.k8s.io") in [tuple(each) for each in headers]
    sock.close()


def test_websocket_handshakes(url):
    with pytest.raises(websocket.WebSocketBadStatusException) as error:
        open_websocket(url(), "v9.channel.k8s.io")
    assert error.value.status_code == 403
    refused(426, url(), [("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "8"),
                         ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")], "GET")
    refused(400, url(), [("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"),
                         ("Sec-WebSocket-Key", "short")], "GET")


def test_pings_are_answered(url):
    connection = spdy.connect(url(), *EXEC)
    assert connection.ping(7) == 7
    connection.close()
    sock = open_websocket(url(), *EXEC)
    sock.ping("hello")
    frames = [sock.recv_data(control_frame=True) for _ in range(2)]
    assert (websocket.ABNF.OPCODE_PONG, b"hello") in frames
    sock.close()


def expand_bomb(connection):
    block = connection.deflate.compress(struct.pack(">III", 1, 1, 0) + b"\0" * (64 << 20)) + connection.deflate.flush(2)
    connection.control(1, 0, struct.pack(">IIH", 1, 0, 0) + block[:60000])


HOSTILE = {
    "a header bomb": expand_bomb,
    "headers that are not compressed": lambda c: c.control(1, 0, struct.pack(">IIH", 1, 0, 0) + b"not zlib"),
    "another version": lambda c: c.send(struct.pack(">HHI", 0x8002, 1, 10) + b"\0" * 10),
    "a long control frame": lambda c: c.send(struct.pack(">HHI", 0x8003, 1, 0xFFFFFF)),
    "a short frame": lambda c: c.control(3, 0, b"\0\0\0\1"),
    "an even stream": lambda c: c.control(1, 0, struct.pack(">IIH", 2, 0, 0) + header_block(c)),
    "a stream twice": lambda c: [c.control(1, 0, struct.pack(">IIH", 1, 0, 0) + header_block(c)) for _ in range(2)],
    "too many streams": lambda c: [c.open({"streamType": "x"}) for _ in range(2000)],
    "a window past its end": lambda c: [c.control(9, 0, struct.pack(">II", 0, 0x7FFFFFFF)) for _ in range(2)],
    "noise": lambda c: c.send(b"\xff" * 1000),
}


def header_block(connection):
    block = struct.pack(">I", 1) + struct.pack(">I", 1) + b"a" + struct.pack(">I", 1) + b"b"
    return connection.deflate.compress(block) + connection.deflate.flush(2)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_client_that_breaks_spdy_loses_its_connection(url, pod, shell, name):
    connection = spdy.connect(url(), *EXEC)
    try:
        HOSTILE[name](connection)
    except OSError:
        pass
    assert connection.over.wait(spdy.PATIENCE)
    connection.close()
    command = pod.exec(shell, "echo well")
    assert command.stdout() == b"well\n"
    command.close()


@pytest.mark.parametrize("data", [
    b"\x82\x01a", b"\xc2\x81\0\0\0\0a", b"\x83\x80\0\0\0\0", b"\x89\xfe\x01\x00" + b"\0" * 300, b"\x09\x80\0\0\0\0",
    b"\x80\x80\0\0\0\0", b"\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", b"\x82\xfe\0\1\0\0\0\0a"])
def test_a_client_that_breaks_websocket_is_told_1002(url, pod, shell, data):
    sock = open_websocket(url(), *EXEC)
    sock.recv_data()
    sock.sock.sendall(data)
    code, reason = sock.recv_data()
    assert code == websocket.ABNF.OPCODE_CLOSE and struct.unpack(">H", reason[:2])[0] == 1002
    sock.shutdown()


def test_broken_base64_is_told_1002(pod, shell):
    sock = open_websocket(pod.exec_url(shell, "cat", stdin=True), "base64.channel.k8s.io")
    sock.recv_data()
    sock.send("0!!!!")
    code, reason = sock.recv_data()
    assert code == websocket.ABNF.OPCODE_CLOSE and struct.unpack(">H", reason[:2])[0] == 1002
    sock.shutdown()


@pytest.mark.parametrize("fields", [
    {"stdout": True, "stderr": True, "tty": True}, {}, {"tty": True}])
def test_streams_that_make_no_sense(cri, shell, fields):
    for call, request in ((cri.runtime.Exec, cri.pb.ExecRequest(container_id=shell, cmd=["true"], **fields)),
                          (cri.runtime.Attach, cri.pb.AttachRequest(container_id=shell, **fields))):
        with pytest.raises(grpc.RpcError) as error:
            call(request)
        assert error.value.code() == grpc.StatusCode.INVALID_ARGUMENT


def test_containers_that_are_not_there_or_not_running(cri, pod, era):
    def code(call, request):
        with pytest.raises(grpc.RpcError) as error:
            call(request)
        return error.value.code()

    missing = grpc.StatusCode.UNKNOWN if era == "1.20" else grpc.StatusCode.NOT_FOUND
    stopped = grpc.StatusCode.UNKNOWN if era == "1.20" else grpc.StatusCode.FAILED_PRECONDITION
    pb, runtime = cri.pb, cri.runtime
    container = pod.start("over", "true")
    eventually(lambda: runtime.ContainerStatus(pb.ContainerStatusRequest(container_id=container)).status.state
               == pb.CONTAINER_EXITED)
    for name, expected in (("nosuch", missing), (container, stopped)):
        assert code(runtime.Exec, pb.ExecRequest(container_id=name, cmd=["true"], stdout=True)) == expected
        assert code(runtime.Attach, pb.AttachRequest(container_id=name, stdout=True)) == expected
    assert code(runtime.PortForward, pb.PortForwardRequest(pod_sandbox_id="nosuch")) == missing
    for call, request in ((runtime.Exec, pb.ExecRequest(cmd=["true"], stdout=True)),
                          (runtime.Attach, pb.AttachRequest(stdout=True)), (runtime.PortForward, pb.PortForwardRequest())):
        assert code(call, request) == grpc.StatusCode.INVALID_ARGUMENT


def test_a_container_that_has_ended_before_its_client_came(pod, cri):
    container = pod.start("early", "/bin/sh", "-c", "exec sleep 1000")
    url = pod.exec_url(container, "true")
    cri.runtime.StopContainer(cri.pb.StopContainerRequest(container_id=container, timeout=0), timeout=30)
    command = Command.open(url, "spdy v4.channel.k8s.io")
    status = command.outcome()
    assert status["reason"] == "InternalError" and "not running" in status["message"]
    command.close()
