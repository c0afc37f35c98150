"""Pods and containers from RunPodSandbox to RemovePodSandbox."""
import json
import os
import re
import time

import pytest

LONG = ["sh", "-c", "echo out; echo err >&2; exec sleep 3600"]


def until(holds, seconds=20):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "did not come true in time"
        time.sleep(0.05)


def test_a_pod_is_ready_with_an_address_and_keeps_its_labels_and_annotations(pod):
    status = pod.status()
    assert status.id == pod.id
    assert status.state == pod.cri.pb.SANDBOX_READY
    assert status.metadata == pod.config.metadata
    assert dict(status.labels) == dict(pod.config.labels)
    assert dict(status.annotations) == dict(pod.config.annotations)
    assert re.fullmatch(r"[0-9a-f.:]+", status.network.ip)
    assert abs(status.created_at / 1e9 - time.time()) < 60


def test_pods_are_found_by_id_label_and_state(pod):
    pb = pod.cri.pb
    ready = pb.PodSandboxStateValue(state=pb.SANDBOX_READY)
    for filters in ({"id": pod.id}, {"label_selector": {"pod": pod.uid}}, {"id": pod.id, "state": ready}):
        assert [p.id for p in pod.cri.pods(**filters)] == [pod.id]
    not_ready = pb.PodSandboxStateValue(state=pb.SANDBOX_NOTREADY)
    assert pod.cri.pods(id=pod.id, state=not_ready) == []
    assert pod.cri.pods(label_selector={"pod": pod.uid, "suite": "other"}) == []


def test_a_stopped_pod_is_not_ready_and_stopping_and_removing_again_succeed(pod):
    pod.stop()
    assert pod.status().state == pod.cri.pb.SANDBOX_NOTREADY
    pod.stop()
    pod.remove()
    assert pod.cri.pods(id=pod.id) == []
    pod.remove()


def test_a_container_goes_through_its_states(pod, era):
    pb, runtime = pod.cri.pb, pod.cri.runtime
    container = pod.create("long", LONG)
    status = pod.container(container)
    assert status.state == pb.CONTAINER_CREATED
    assert status.metadata.name == "long"
    assert dict(status.labels) == {"suite": "grpcio", "container": "long"}
    assert dict(status.annotations) == {"example.com/note": "é\t"}
    assert status.image.image and status.image_ref
    # dockershim 1.20 gave Docker's zero time, the year 1, as a negative number.
    assert status.created_at > 0 and (status.started_at < 0 if era == "1.20" else status.started_at == 0)

    pod.start(container)
    status = pod.container(container)
    assert status.state == pb.CONTAINER_RUNNING
    assert status.started_at >= status.created_at
    running = pb.ContainerStateValue(state=pb.CONTAINER_RUNNING)
    for filters in ({"id": container}, {"pod_sandbox_id": pod.id}, {"pod_sandbox_id": pod.id, "state": running}):
        assert [c.id for c in pod.cri.containers(**filters)] == [container]

    runtime.StopContainer(pb.StopContainerRequest(container_id=container, timeout=1), timeout=30)
    status = pod.container(container)
    assert status.state == pb.CONTAINER_EXITED
    assert status.exit_code in (137, 143)
    assert status.finished_at >= status.started_at
    runtime.StopContainer(pb.StopContainerRequest(container_id=container, timeout=1), timeout=30)

    runtime.RemoveContainer(pb.RemoveContainerRequest(container_id=container), timeout=30)
    assert pod.cri.containers(id=container) == []
    if era != "1.20":  # dockershim 1.20 passed Docker's "No such container" on
        runtime.RemoveContainer(pb.RemoveContainerRequest(container_id=container), timeout=30)


def log_lines(path):
    """Stream and text of each line. A bridge links the engine's own file, in Docker's format, to the pod's folder."""
    for line in open(path).read().splitlines():
        if os.path.islink(path):
            entry = json.loads(line)
            stamp, stream, text = entry["time"], entry["stream"], entry["log"].removesuffix("\n")
        else:
            stamp, stream, tag, text = line.split(" ", 3)
            assert tag == "F"
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(Z|[+-]\d\d:\d\d)", stamp)
        yield stream, text


def test_the_log_has_both_streams(pod):
    pod.run("logged", LONG)
    path = os.path.join(pod.config.log_directory, "logged/0.log")
    until(lambda: os.path.exists(path) and len(open(path).readlines()) >= 2)
    assert sorted(log_lines(path)) == [("stderr", "err"), ("stdout", "out")]


def test_an_exit_code_is_kept(pod):
    container = pod.run("short", ["sh", "-c", "exit 3"])
    until(lambda: pod.container(container).state == pod.cri.pb.CONTAINER_EXITED)
    status = pod.container(container)
    assert status.exit_code == 3
    assert status.reason == "Error"


def test_environment_arguments_and_working_folder_arrive(pod):
    pb = pod.cri.pb
    container = pod.run(
        "env", ["sleep"], args=["3600"], working_dir="/bin",
        envs=[pb.KeyValue(key="TEXT", value='a "b" $C ü'.encode()), pb.KeyValue(key="EMPTY", value=b"")])
    assert pod.exec(container, "sh", "-c", 'echo "$TEXT"').stdout == 'a "b" $C ü\n'.encode()
    assert pod.exec(container, "sh", "-c", 'echo "${EMPTY-unset}"').stdout == b"\n"
    assert pod.exec(container, "pwd").stdout == b"/bin\n"
    assert pod.exec(container, "hostname").stdout == b"grpcio\n"
    assert b"10.96.0.10" in pod.exec(container, "cat", "/etc/resolv.conf").stdout


def test_a_mount_is_seen_and_a_read_only_one_is_not_written(pod):
    pb = pod.cri.pb
    folder = os.path.join(pod.config.log_directory, "mounted")
    os.mkdir(folder)
    with open(os.path.join(folder, "file"), "w") as file:
        file.write("content")
    container = pod.run("mounts", ["sleep", "3600"], mounts=[
        pb.Mount(container_path="/rw", host_path=folder), pb.Mount(container_path="/ro", host_path=folder, readonly=True)])
    assert pod.exec(container, "cat", "/ro/file").stdout == b"content"
    assert pod.exec(container, "touch", "/rw/made").exit_code == 0
    assert pod.exec(container, "touch", "/ro/made2").exit_code != 0
    assert sorted(os.listdir(folder)) == ["file", "made"]


def test_exec_tells_the_streams_and_the_exit_code_apart(pod):
    container = pod.run("exec", ["sleep", "3600"])
    answer = pod.exec(container, "sh", "-c", "echo out; echo err >&2; exit 5")
    assert (answer.stdout, answer.stderr, answer.exit_code) == (b"out\n", b"err\n", 5)
    binary = pod.exec(container, "sh", "-c", r"printf '\000\377\200'; head -c 100000 /dev/zero")
    assert binary.stdout == b"\x00\xff\x80" + bytes(100000)


def test_statistics_of_a_running_container(pod, era):
    pb, runtime = pod.cri.pb, pod.cri.runtime
    container = pod.run("stats", ["sleep", "3600"])
    request = pb.ContainerStatsRequest(container_id=container)
    stats = runtime.ContainerStats(request, timeout=30).stats
    assert stats.attributes.id == container
    assert stats.cpu.timestamp > 0
    # dockershim 1.20 filled in the working set on Windows only.
    assert (stats.memory.working_set_bytes.value > 0) == (era != "1.20")
    filter = pb.ContainerStatsFilter(pod_sandbox_id=pod.id)
    listed = runtime.ListContainerStats(pb.ListContainerStatsRequest(filter=filter), timeout=30).stats
    assert [s.attributes.id for s in listed] == [container]
    assert listed[0].attributes.metadata.name == "stats"


def test_limits_can_be_changed_while_it_runs(pod, era):
    if era == "1.20":
        pytest.skip("dockershim 1.20 sent no swap limit along, without which Docker refuses a memory limit")
    pb, runtime = pod.cri.pb, pod.cri.runtime
    container = pod.run("limits", ["sleep", "3600"])
    limits = pb.LinuxContainerResources(cpu_period=100000, cpu_quota=50000, memory_limit_in_bytes=64 << 20)
    runtime.UpdateContainerResources(
        pb.UpdateContainerResourcesRequest(container_id=container, linux=limits), timeout=30)
    found = pod.exec(container, "sh", "-c", "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null")
    assert found.stdout.strip() == str(64 << 20).encode()


def test_a_log_that_was_moved_away_is_opened_again(pod):
    pb, runtime = pod.cri.pb, pod.cri.runtime
    container = pod.run("rotated", ["sh", "-c", "while echo tick; do sleep 0.1; done"])
    path = os.path.join(pod.config.log_directory, "rotated/0.log")
    until(lambda: os.path.exists(path) and os.path.getsize(path) > 0)
    # The bridge's log is a link to the engine's own file, which only the engine rotates.
    if os.path.islink(path):
        return
    os.rename(path, path + ".1")
    runtime.ReopenContainerLog(pb.ReopenContainerLogRequest(container_id=container), timeout=30)
    until(lambda: os.path.exists(path) and os.path.getsize(path) > 0)


def test_removing_a_running_pod_takes_its_containers_along(pod):
    container = pod.run("along", ["sleep", "3600"])
    pod.stop()
    assert pod.container(container).state == pod.cri.pb.CONTAINER_EXITED
    pod.remove()
    assert pod.cri.containers(id=container) == []
