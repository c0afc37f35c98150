"""The endpoint under test, and one pod with a container for all tests that need no more."""
import importlib
import os
import shutil
import tempfile
import time
import types
import uuid

import grpc
import pytest
from command import Command

IMAGE = "localhost/busybox:trace"


def pytest_addoption(parser):
    parser.addoption("--cri-socket", required=True, help="unix:///path of the CRI socket")
    parser.addoption("--era", default="current", choices=["current", "1.20"],
                     help="1.20: errors of the runtime are UNKNOWN, as dockershim had it")


class Pod:
    def __init__(self, pb, runtime, handler=""):
        self.pb, self.runtime = pb, runtime
        uid = uuid.uuid4().hex
        self.logs = tempfile.mkdtemp(prefix="oxbow-streaming-")
        self.config = pb.PodSandboxConfig(
            metadata=pb.PodSandboxMetadata(name=f"streaming-{uid[:8]}", uid=uid, namespace="oxbow-streaming"),
            hostname="streaming", log_directory=self.logs, linux=pb.LinuxPodSandboxConfig())
        request = pb.RunPodSandboxRequest(config=self.config, runtime_handler=handler)
        self.id = runtime.RunPodSandbox(request, timeout=60).pod_sandbox_id

    def start(self, name, *command, **fields):
        pb = self.pb
        os.makedirs(f"{self.logs}/{name}", exist_ok=True)
        config = pb.ContainerConfig(
            metadata=pb.ContainerMetadata(name=name), image=pb.ImageSpec(image=IMAGE), command=command,
            log_path=f"{name}/0.log", linux=pb.LinuxContainerConfig(), **fields)
        request = pb.CreateContainerRequest(pod_sandbox_id=self.id, config=config, sandbox_config=self.config)
        container = self.runtime.CreateContainer(request, timeout=60).container_id
        self.runtime.StartContainer(pb.StartContainerRequest(container_id=container), timeout=60)
        return container

    def sync(self, container, script, timeout=20):
        request = self.pb.ExecSyncRequest(container_id=container, cmd=["/bin/sh", "-c", script], timeout=timeout)
        return self.runtime.ExecSync(request, timeout=60)

    def exec(self, container, script, transport="spdy v4.channel.k8s.io", **streams):
        return Command.open(self.exec_url(container, script, **streams), transport, **streams)

    def exec_url(self, container, script, stdin=False, stdout=True, stderr=True, tty=False, counts=False):
        return self.runtime.Exec(self.pb.ExecRequest(
            container_id=container, cmd=["/bin/sh", "-c", script], stdin=stdin, stdout=stdout, stderr=stderr,
            tty=tty)).url

    def attach(self, container, transport="spdy v4.channel.k8s.io", **streams):
        wanted = {"stdin": False, "stdout": True, "stderr": True, "tty": False} | streams
        url = self.runtime.Attach(self.pb.AttachRequest(container_id=container, **wanted)).url
        return Command.open(url, transport, **streams)

    def forward_url(self, *ports):
        return self.runtime.PortForward(self.pb.PortForwardRequest(pod_sandbox_id=self.id, port=ports)).url

    def remove(self):
        self.runtime.StopPodSandbox(self.pb.StopPodSandboxRequest(pod_sandbox_id=self.id), timeout=60)
        self.runtime.RemovePodSandbox(self.pb.RemovePodSandboxRequest(pod_sandbox_id=self.id), timeout=60)
        shutil.rmtree(self.logs, ignore_errors=True)


@pytest.fixture(scope="session")
def cri(request):
    pb = importlib.import_module("cri_v1alpha2_pb2")
    stubs = importlib.import_module("cri_v1alpha2_pb2_grpc")
    if request.config.getoption("--era") == "current":
        pb, stubs = importlib.import_module("cri_v1_pb2"), importlib.import_module("cri_v1_pb2_grpc")
    options = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", 16 << 20)]
    with grpc.insecure_channel(request.config.getoption("--cri-socket"), options=options) as channel:
        grpc.channel_ready_future(channel).result(timeout=10)
        yield types.SimpleNamespace(pb=pb, runtime=stubs.RuntimeServiceStub(channel))


@pytest.fixture(scope="session")
def era(request):
    return request.config.getoption("--era")


@pytest.fixture(scope="session")
def new_pod(cri):
    pods = []

    def make(handler=""):
        pods.append(Pod(cri.pb, cri.runtime, handler))
        return pods[-1]

    yield make
    for pod in pods:
        pod.remove()


@pytest.fixture(scope="session")
def pod(new_pod):
    return new_pod()


@pytest.fixture(scope="session")
def shell(pod):
    """A container that stays."""
    return pod.start("shell", "/bin/sh", "-c", "trap exit TERM; while :; do sleep 1000 & wait; done")


def eventually(check, patience=20):
    deadline = time.monotonic() + patience
    while not (result := check()):
        assert time.monotonic() < deadline, "never came true"
        time.sleep(0.05)
    return result
