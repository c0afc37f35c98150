"""The endpoint under test, as fixtures. Most tests run once for each API name of the CRI."""
import dataclasses
import importlib
import os
import shutil
import tempfile
import types
import uuid

import grpc
import pytest

IMAGE = "localhost/busybox:trace"
LIMIT = 16 << 20  # bytes of a message, by the CRI's convention


def pytest_addoption(parser):
    parser.addoption("--cri-socket", required=True, help="unix:///path of the CRI socket")
    parser.addoption("--era", default="current", choices=["current", "1.20"],
                     help="1.20: every error is UNKNOWN, as dockershim had it")


@dataclasses.dataclass
class Endpoint:
    """The two services under one API name."""
    api: str
    pb: types.ModuleType
    runtime: object
    images: object
    channel: grpc.Channel

    def pods(self, **filters):
        request = self.pb.ListPodSandboxRequest(filter=self.pb.PodSandboxFilter(**filters))
        return list(self.runtime.ListPodSandbox(request).items)

    def containers(self, **filters):
        request = self.pb.ListContainersRequest(filter=self.pb.ContainerFilter(**filters))
        return list(self.runtime.ListContainers(request).containers)


def endpoint(channel, api):
    name = api.removeprefix("runtime.")
    pb = importlib.import_module(f"cri_{name}_pb2")
    stubs = importlib.import_module(f"cri_{name}_pb2_grpc")
    return Endpoint(api, pb, stubs.RuntimeServiceStub(channel), stubs.ImageServiceStub(channel), channel)


@pytest.fixture(scope="session")
def socket(request):
    return request.config.getoption("--cri-socket")


class Calls(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):
    """Notes every method that is asked for: `/runtime.v1.RuntimeService/Version`."""

    def __init__(self):
        self.seen = set()

    def intercept_unary_unary(self, proceed, details, request):
        self.seen.add(details.method)
        return proceed(details, request)

    intercept_unary_stream = intercept_unary_unary


@pytest.fixture(scope="session")
def calls():
    return Calls()


@pytest.fixture(scope="session")
def channel(socket, calls):
    options = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", LIMIT)]
    with grpc.insecure_channel(socket, options=options) as channel:
        grpc.channel_ready_future(channel).result(timeout=10)
        yield grpc.intercept_channel(channel, calls)


@pytest.fixture(scope="session", params=["runtime.v1", "runtime.v1alpha2"])
def cri(request, channel):
    return endpoint(channel, request.param)


@pytest.fixture(scope="session")
def v1(channel):
    return endpoint(channel, "runtime.v1")


@pytest.fixture(scope="session")
def era(request):
    return request.config.getoption("--era")


@pytest.fixture(scope="session")
def code(era):
    """What the endpoint's era makes of a code."""
    return lambda expected: grpc.StatusCode.UNKNOWN if era == "1.20" else expected


class Pod:
    """A sandbox of this suite, removed with all that is in it at the end of its test."""

    def __init__(self, cri, logs):
        self.cri = cri
        self.uid = uuid.uuid4().hex
        self.config = cri.pb.PodSandboxConfig(
            metadata=cri.pb.PodSandboxMetadata(name=f"grpcio-{self.uid[:8]}", uid=self.uid, namespace="oxbow-grpcio", attempt=1),
            hostname="grpcio", log_directory=logs,
            dns_config=cri.pb.DNSConfig(servers=["10.96.0.10"], searches=["cluster.local"], options=["ndots:5"]),
            labels={"suite": "grpcio", "pod": self.uid},
            annotations={"example.com/text": "ä 🛶 \"quoted\"\n\tend", "example.com/empty": ""},
            linux=cri.pb.LinuxPodSandboxConfig())
        self.id = cri.runtime.RunPodSandbox(cri.pb.RunPodSandboxRequest(config=self.config), timeout=60).pod_sandbox_id

    def status(self):
        return self.cri.runtime.PodSandboxStatus(self.cri.pb.PodSandboxStatusRequest(pod_sandbox_id=self.id)).status

    def create(self, name, command, **fields):
        pb = self.cri.pb
        # The kubelet makes the folder of a container's logs before it asks for the container.
        os.makedirs(os.path.join(self.config.log_directory, name), exist_ok=True)
        config = pb.ContainerConfig(
            metadata=pb.ContainerMetadata(name=name), image=pb.ImageSpec(image=IMAGE), command=command,
            log_path=f"{name}/0.log", labels={"suite": "grpcio", "container": name},
            annotations={"example.com/note": "é\t"}, linux=pb.LinuxContainerConfig(), **fields)
        request = pb.CreateContainerRequest(pod_sandbox_id=self.id, config=config, sandbox_config=self.config)
        return self.cri.runtime.CreateContainer(request, timeout=60).container_id

    def start(self, container):
        self.cri.runtime.StartContainer(self.cri.pb.StartContainerRequest(container_id=container), timeout=60)

    def run(self, name, command, **fields):
        container = self.create(name, command, **fields)
        self.start(container)
        return container

    def container(self, container):
        request = self.cri.pb.ContainerStatusRequest(container_id=container)
        return self.cri.runtime.ContainerStatus(request).status

    def exec(self, container, *command, timeout=30):
        request = self.cri.pb.ExecSyncRequest(container_id=container, cmd=command, timeout=timeout)
        return self.cri.runtime.ExecSync(request, timeout=60)

    def stop(self):
        self.cri.runtime.StopPodSandbox(self.cri.pb.StopPodSandboxRequest(pod_sandbox_id=self.id), timeout=60)

    def remove(self):
        self.cri.runtime.RemovePodSandbox(self.cri.pb.RemovePodSandboxRequest(pod_sandbox_id=self.id), timeout=60)


@pytest.fixture
def pod(cri):
    yield from new_pod(cri)


@pytest.fixture
def v1_pod(v1):
    yield from new_pod(v1)


def new_pod(cri):
    logs = tempfile.mkdtemp(prefix="oxbow-grpcio-")
    try:
        pod = Pod(cri, logs)
        try:
            yield pod
        finally:
            if cri.pods(id=pod.id):
                pod.stop()
                pod.remove()
            assert cri.pods(id=pod.id) == []
    finally:
        shutil.rmtree(logs)
