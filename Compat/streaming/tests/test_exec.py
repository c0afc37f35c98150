"""Exec over every protocol that a kubelet, kubectl or crictl negotiates."""
import hashlib
import random
import threading

import pytest
from command import TRANSPORTS
from conftest import eventually

HALF_CLOSES = [name for name in TRANSPORTS if name.startswith("spdy") or name == "ws v5.channel.k8s.io"]
RESIZES = [name for name in TRANSPORTS if name not in ("spdy channel.k8s.io", "spdy v2.channel.k8s.io")]
BINARY = bytes(range(256))


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_output_of_both_streams_and_the_exit_code(pod, shell, era, transport):
    command = pod.exec(shell, "echo out; echo err >&2; exit 7", transport)
    assert (command.stdout(), command.stderr()) == (b"out\n", b"err\n")
    if command.tells_status:
        assert command.outcome() == 7
    else:
        words = "Error executing in Docker Container: 7" if era == "1.20" else "exit code 7"
        assert command.outcome() == f"command terminated with non-zero exit code: {words}"
    command.close()


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_success(pod, shell, transport):
    command = pod.exec(shell, "true", transport)
    assert (command.stdout(), command.stderr(), command.outcome()) == (b"", b"", 0)
    command.close()


@pytest.mark.parametrize("streams", [{"stdout": False}, {"stderr": False}, {"stdin": True, "stdout": False, "stderr": False}])
@pytest.mark.parametrize("transport", ["spdy v4.channel.k8s.io", "ws v4.channel.k8s.io", "ws base64.channel.k8s.io"])
def test_only_the_streams_that_were_asked_for(pod, shell, transport, streams):
    command = pod.exec(shell, "echo out; echo err >&2", transport, **streams)
    if streams.get("stdout", True):
        assert command.stdout() == b"out\n"
    if streams.get("stderr", True):
        assert command.stderr() == b"err\n"
    assert command.outcome() == 0
    command.close()


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_input_comes_back(pod, shell, transport):
    data = BINARY * 16
    command = pod.exec(shell, f"head -c {len(data)}", transport, stdin=True)
    command.write(data)
    assert command.stdout() == data
    assert command.outcome() == 0
    command.close()


@pytest.mark.parametrize("transport", HALF_CLOSES)
def test_the_end_of_input_ends_cat_and_not_its_output(pod, shell, transport):
    command = pod.exec(shell, "cat; echo after", transport, stdin=True)
    command.write(b"one\n")
    assert command.read_until(b"one\n") == b"one\n"
    command.write(b"two\n")
    command.close_stdin()
    assert command.stdout() == b"two\nafter\n"
    assert command.outcome() == 0
    command.close()


@pytest.mark.parametrize("transport", HALF_CLOSES)
def test_sixteen_mebibytes_both_ways_without_loss(pod, shell, transport):
    data = random.Random(transport).randbytes(16 << 20)
    command = pod.exec(shell, "cat", transport, stdin=True)
    def feed():
        command.write(data)
        command.close_stdin()

    feeder = threading.Thread(target=feed)
    feeder.start()
    output = command.stdout()
    feeder.join()
    assert hashlib.sha256(output).digest() == hashlib.sha256(data).digest()
    assert command.outcome() == 0
    command.close()


def test_a_client_that_counts_its_windows(pod, shell):
    """SPDY as the protocol has it; Go's clients do not do that."""
    data = random.Random(1).randbytes(4 << 20)
    command = pod.exec(shell, "cat", stdin=True, counts=True)

    def feed():
        command.write(data)
        command.close_stdin()

    feeder = threading.Thread(target=feed)
    feeder.start()
    assert command.stdout() == data
    feeder.join()
    assert command.outcome() == 0
    command.close()


@pytest.mark.parametrize("transport", ["ws v4.base64.channel.k8s.io", "ws base64.channel.k8s.io"])
def test_large_input_in_base64(pod, shell, transport):
    data = random.Random(2).randbytes(1 << 20)
    command = pod.exec(shell, f"head -c {len(data)} | sha256sum", transport, stdin=True)
    command.write(data)
    assert command.stdout().split()[0].decode() == hashlib.sha256(data).hexdigest()
    command.close()


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_terminal(pod, shell, transport):
    command = pod.exec(shell, "test -t 0 && test -t 1 && test -t 2 && echo yes; echo err >&2; exit 3", transport,
                       stdin=True, stderr=False, tty=True)
    assert command.stdout() == b"yes\r\nerr\r\n"
    if command.tells_status:
        assert command.outcome() == 3
    command.close()


@pytest.mark.parametrize("transport", RESIZES)
def test_a_terminal_changes_its_size(pod, shell, transport):
    command = pod.exec(shell, "trap 'stty size' WINCH; echo ready; while read line; do echo got $line; done", transport,
                       stdin=True, stderr=False, tty=True)
    command.read_until(b"ready\r\n")
    command.resize(101, 43)
    # The shell runs its trap when `read` is interrupted or returns.
    command.write(b"x\n")
    command.read_until(b"43 101")
    command.write(b"\x04")
    assert command.outcome() in (0, "")
    command.close()


@pytest.mark.parametrize("handler", ["crun", "runc"])
def test_terminals_of_every_runtime(new_pod, era, handler):
    if era == "1.20":
        pytest.skip("the old bridge knows no runtime handlers")
    pod = new_pod(handler)
    container = pod.start("main", "/bin/sh", "-c", "trap exit TERM; while :; do sleep 1000 & wait; done")
    command = pod.exec(container, "echo ready; read x; stty size; exit 5", stdin=True, stderr=False, tty=True)
    command.read_until(b"ready\r\n")
    command.resize(90, 30)
    eventually(lambda: b"30 90" in pod.sync(
        container, "for p in /proc/[0-9]*; do test -e $p/fd/0 && stty size < $p/fd/0 2>/dev/null; done; true").stdout)
    command.write(b"\n")
    assert b"30 90" in command.stdout()
    assert command.outcome() == 5
    command.close()


def test_a_command_that_is_not_there(pod, shell, cri):
    url = cri.runtime.Exec(cri.pb.ExecRequest(container_id=shell, cmd=["/nosuch"], stdout=True, stderr=True)).url
    from command import Command
    command = Command.open(url, "spdy v4.channel.k8s.io")
    said = command.stdout()
    outcome = command.outcome()
    # The daemon behind the bridge tells it by the exit code and in the output.
    assert outcome in (126, 127) or (outcome["code"] == 500 and "/nosuch" in outcome["message"]), (said, outcome)
    command.close()


def test_many_commands_at_once(pod, shell):
    def one(number, results):
        transport = ["spdy v4.channel.k8s.io", "ws v5.channel.k8s.io"][number % 2]
        command = pod.exec(shell, "cat", transport, stdin=True)
        data = random.Random(number).randbytes(200_000)
        def feed():
            command.write(data)
            command.close_stdin()
        feeder = threading.Thread(target=feed)
        feeder.start()
        results[number] = command.stdout() == data and command.outcome() == 0
        feeder.join()
        command.close()

    results = {}
    threads = [threading.Thread(target=one, args=(number, results)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {number: True for number in range(24)}


@pytest.mark.parametrize("transport", ["spdy v4.channel.k8s.io", "ws v4.channel.k8s.io"])
def test_a_client_that_disappears_ends_its_input(pod, shell, transport):
    name = "/tmp/gone-" + transport.split()[0]
    command = pod.exec(shell, f"echo ready; cat > /dev/null; echo ended > {name}; sleep 1000", transport,
                       stdin=True)
    command.read_until(b"ready\n")
    command.write(b"x")
    command.close()
    eventually(lambda: pod.sync(shell, f"cat {name} 2>/dev/null; true").stdout == b"ended\n")


@pytest.mark.parametrize("transport", ["spdy v4.channel.k8s.io", "ws v4.channel.k8s.io"])
def test_a_command_whose_client_is_gone_is_ended(pod, shell, era, transport):
    if era == "1.20":
        pytest.skip("the old bridge left it running")
    seconds = 70000 + hash(transport) % 1000
    command = pod.exec(shell, f"trap '' HUP; sleep {seconds} & sleep {seconds}", transport)
    seen = "for each in /proc/[0-9]*/cmdline; do tr '\\0' ' ' < $each; echo; done 2>/dev/null"
    running = lambda: f"sleep {seconds} \n".encode() in pod.sync(shell, seen + "; true").stdout
    eventually(running)
    command.close()
    eventually(lambda: not running(), patience=40)


@pytest.mark.parametrize("transport", ["spdy v4.channel.k8s.io", "ws v4.channel.k8s.io"])
def test_a_client_that_does_not_read_stops_the_command_and_loses_nothing(pod, shell, transport):
    name = "/tmp/slow-" + transport.split()[0]
    size = 64 << 20
    command = pod.exec(shell, f"head -c {size} /dev/zero; echo done > {name}", transport) if transport[0] == "w" else None
    if command is None:
        command = pod.exec(shell, f"head -c {size} /dev/zero; echo done > {name}", transport)
        # The reading thread of the SPDY client is held up by a full queue.
        stream = command.streams["stdout"]
        stream.pieces.maxsize = 4
    import time
    time.sleep(1)
    assert pod.sync(shell, f"cat {name} 2>/dev/null; true").stdout == b""
    if transport[0] == "w":
        count = 0
        while not command.ended:
            received = command.receive()
            count += len(received[1]) if received and received[0] == 1 else 0
    else:
        count = sum(len(piece) for piece in iter(stream.read, b""))
    assert count == size
    command.close()
