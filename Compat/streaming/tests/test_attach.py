"""Attach over every protocol."""
import pytest
from command import TRANSPORTS
from conftest import eventually


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_input_and_output_of_a_running_container(pod, transport):
    container = pod.start("attach-" + str(abs(hash(transport))), "/bin/sh", "-c",
                          "while read line; do echo out $line; echo err $line >&2; test $line = end && exit 0; done", stdin=True)
    command = pod.attach(container, transport, stdin=True)
    command.write(b"one\n")
    assert command.read_until(b"out one\n") == b"out one\n"
    command.write(b"end\n")
    assert command.stdout() == b"out end\n"
    assert command.stderr() == b"err one\nerr end\n"
    assert command.outcome() == 0
    command.close()


@pytest.mark.parametrize("transport", ["spdy v4.channel.k8s.io", "ws v4.channel.k8s.io", "ws v5.channel.k8s.io"])
def test_a_terminal_and_its_size(pod, transport):
    container = pod.start("tty-" + str(abs(hash(transport))), "/bin/sh", "-c",
                          "while read line; do stty size; done", stdin=True, tty=True)
    command = pod.attach(container, transport, stdin=True, stderr=False, tty=True)
    command.resize(77, 33)
    def seen():
        command.write(b"\n")
        return b"33 77" in command.read_until(b"\r\n")

    eventually(seen)
    command.close()


def test_two_clients_hear_the_same(pod):
    container = pod.start("two", "/bin/sh", "-c", "read line; echo heard $line", stdin=True)
    listener = pod.attach(container, "ws v4.channel.k8s.io")
    speaker = pod.attach(container, "spdy v4.channel.k8s.io", stdin=True)
    speaker.write(b"it\n")
    assert speaker.stdout() == b"heard it\n"
    assert listener.stdout() == b"heard it\n"
    listener.close()
    speaker.close()


def test_input_that_is_to_stay_open_outlives_a_client(pod):
    container = pod.start("stay", "/bin/sh", "-c", "while read line; do echo got $line; done; echo closed", stdin=True)
    first = pod.attach(container, stdin=True)
    first.write(b"a\n")
    first.read_until(b"got a\n")
    first.close()
    second = pod.attach(container, stdin=True)
    second.write(b"b\n")
    assert second.read_until(b"got b\n") == b"got b\n"
    second.close()


def test_input_for_one_client_ends_with_it(pod):
    container = pod.start("once", "/bin/sh", "-c", "cat; echo closed", stdin=True, stdin_once=True)
    command = pod.attach(container, stdin=True)
    command.write(b"a\n")
    command.read_until(b"a\n")
    command.close_stdin()
    assert command.stdout() == b"closed\n"
    command.close()


def test_a_client_that_disappears_leaves_the_container_running(pod, cri):
    container = pod.start("leave", "/bin/sh", "-c", "while :; do echo tick; sleep 0.1; done")
    command = pod.attach(container)
    command.read_until(b"tick\n")
    command.close()
    command = pod.attach(container, "ws v4.channel.k8s.io")
    eventually(lambda: command.read_until(b"tick\n"))
    command.close()
