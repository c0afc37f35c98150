"""What a client is told when a call cannot be done."""
import grpc
import pytest

ABSENT = "f" * 64


def fails(call, request, **options):
    with pytest.raises(grpc.RpcError) as failure:
        call(request, timeout=30, **options)
    return failure.value


@pytest.mark.parametrize("name, fields", [
    ("PodSandboxStatus", {"pod_sandbox_id": ABSENT}), ("ContainerStatus", {"container_id": ABSENT}),
    ("StartContainer", {"container_id": ABSENT}), ("ContainerStats", {"container_id": ABSENT}),
    ("UpdateContainerResources", {"container_id": ABSENT, "linux": {"cpu_shares": 100}})],
    ids=lambda value: value if isinstance(value, str) else "")
def test_an_unknown_id_is_not_found(cri, code, name, fields):
    error = fails(getattr(cri.runtime, name), getattr(cri.pb, f"{name}Request")(**fields))
    assert error.code() == code(grpc.StatusCode.NOT_FOUND)
    assert error.details()


def test_exec_in_an_unknown_container_is_not_found(cri, code):
    error = fails(cri.runtime.ExecSync, cri.pb.ExecSyncRequest(container_id=ABSENT, cmd=["true"]))
    assert error.code() == code(grpc.StatusCode.NOT_FOUND)


def test_a_container_in_an_unknown_pod_is_refused(cri, era):
    if era == "1.20":
        pytest.skip("dockershim 1.20 made such a container, and failed to start it")
    pb = cri.pb
    request = pb.CreateContainerRequest(
        pod_sandbox_id=ABSENT,
        config=pb.ContainerConfig(metadata=pb.ContainerMetadata(name="c"), image=pb.ImageSpec(image="localhost/busybox:trace")),
        sandbox_config=pb.PodSandboxConfig(metadata=pb.PodSandboxMetadata(name="p", namespace="n", uid="u")))
    assert fails(cri.runtime.CreateContainer, request).details()


def test_a_container_of_an_absent_image_is_refused(pod):
    pb = pod.cri.pb
    request = pb.CreateContainerRequest(
        pod_sandbox_id=pod.id, sandbox_config=pod.config,
        config=pb.ContainerConfig(metadata=pb.ContainerMetadata(name="c"), image=pb.ImageSpec(image="localhost/absent:1")))
    assert "absent" in fails(pod.cri.runtime.CreateContainer, request).details()
    assert pod.cri.containers(pod_sandbox_id=pod.id) == []


def test_a_program_that_is_not_there_fails_the_start(pod):
    container = pod.create("lost", ["/no/such/program"])
    error = fails(pod.cri.runtime.StartContainer, pod.cri.pb.StartContainerRequest(container_id=container))
    assert "/no/such/program" in error.details()
    assert pod.container(container).state == pod.cri.pb.CONTAINER_EXITED


def test_exec_in_a_container_that_does_not_run_is_refused(pod):
    container = pod.create("created", ["sleep", "3600"])
    assert fails(pod.cri.runtime.ExecSync, pod.cri.pb.ExecSyncRequest(container_id=container, cmd=["true"])).details()


def test_an_exec_that_takes_longer_than_its_own_timeout_is_ended(pod):
    container = pod.run("slow", ["sleep", "3600"])
    request = pod.cri.pb.ExecSyncRequest(container_id=container, cmd=["sleep", "30"], timeout=1)
    assert fails(pod.cri.runtime.ExecSync, request).code() == grpc.StatusCode.DEADLINE_EXCEEDED


@pytest.mark.parametrize("name, fields, missing", [
    ("RunPodSandbox", {}, "config"), ("RunPodSandbox", {"config": {}}, "metadata"),
    ("CreateContainer", {}, ""), ("PodSandboxStatus", {}, ""), ("StartContainer", {}, ""), ("ContainerStatus", {}, "")])
def test_a_request_without_its_required_fields_is_refused(cri, name, fields, missing):
    error = fails(getattr(cri.runtime, name), getattr(cri.pb, f"{name}Request")(**fields))
    assert error.code() in (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.UNKNOWN, grpc.StatusCode.NOT_FOUND)
    assert missing in error.details()
