"""The calls that the other files do not come to: those that the CRI got later, and those that give addresses.

A stage may say that it cannot do one of them; then the test is skipped with the stage's own words.
"""
import threading
import time
import urllib.parse

import grpc
import pytest

from test_life import LONG


def ask(call, request, era, **options):
    """The answer of a call, a list for a stream."""
    try:
        answer = call(request, timeout=60, **options)
        return list(answer) if hasattr(answer, "__next__") else answer
    except grpc.RpcError as failure:
        if failure.code() == grpc.StatusCode.UNIMPLEMENTED or era == "1.20":
            assert failure.details()
            pytest.skip(failure.details())
        raise


def of(pod, call, era, **fields):
    """Asks a call of the runtime service with a request of its own name."""
    return ask(getattr(pod.cri.runtime, call), getattr(pod.cri.pb, f"{call}Request")(**fields), era)


@pytest.mark.parametrize("call, fields", [
    ("Exec", {"cmd": ["true"], "stdout": True}), ("Attach", {"stdout": True}), ("PortForward", {"port": [80]})])
def test_a_stream_is_given_an_address_on_this_host(pod, era, call, fields):
    container = pod.run("streams", LONG)
    target = {"pod_sandbox_id": pod.id} if call == "PortForward" else {"container_id": container}
    url = urllib.parse.urlparse(of(pod, call, era, **target, **fields).url)
    assert url.scheme == "http" and url.hostname and url.port and url.path


@pytest.mark.parametrize("call, target", [
    ("Exec", "container_id"), ("Attach", "container_id"), ("PortForward", "pod_sandbox_id")])
def test_a_stream_of_what_is_not_there_has_no_address(cri, era, call, target):
    fields = {target: "f" * 64} | ({"cmd": ["true"], "stdout": True} if call == "Exec" else {})
    fields |= {"stdout": True} if call == "Attach" else {}
    with pytest.raises(grpc.RpcError) as failure:
        getattr(cri.runtime, call)(getattr(cri.pb, f"{call}Request")(**fields), timeout=30)
    assert failure.value.details()


def test_the_log_of_a_running_container_is_opened_again(pod, era):
    container = pod.run("logged", LONG)
    of(pod, "ReopenContainerLog", era, container_id=container)


def test_the_stream_of_pods_has_the_one_asked_for(v1_pod, era):
    pods = of(v1_pod, "StreamPodSandboxes", era, filter=v1_pod.cri.pb.PodSandboxFilter(id=v1_pod.id))
    assert [p.id for answer in pods for p in answer.pod_sandboxes] == [v1_pod.id]


def test_the_stream_of_containers_has_the_one_asked_for(v1_pod, era):
    container = v1_pod.run("listed", LONG)
    containers = of(v1_pod, "StreamContainers", era, filter=v1_pod.cri.pb.ContainerFilter(id=container))
    assert [c.id for answer in containers for c in answer.containers] == [container]


def test_the_stream_of_images_has_what_the_list_has(v1, era):
    streamed = ask(v1.images.StreamImages, v1.pb.StreamImagesRequest(), era)
    listed = v1.images.ListImages(v1.pb.ListImagesRequest()).images
    assert {i.id for answer in streamed for i in answer.images} >= {i.id for i in listed if i.repo_tags}


def test_the_stream_of_container_statistics(v1_pod, era):
    container = v1_pod.run("counted", LONG)
    filter = v1_pod.cri.pb.ContainerStatsFilter(id=container)
    answers = of(v1_pod, "StreamContainerStats", era, filter=filter)
    stats = [s for answer in answers for s in answer.container_stats]
    assert [s.attributes.id for s in stats] == [container]
    assert stats[0].memory.working_set_bytes.value > 0


@pytest.mark.parametrize("call", ["PodSandboxStats", "ListPodSandboxStats", "StreamPodSandboxStats"])
def test_statistics_of_a_pod(v1_pod, era, call):
    v1_pod.run("counted", LONG)
    if call == "PodSandboxStats":
        stats = [of(v1_pod, call, era, pod_sandbox_id=v1_pod.id).stats]
    else:
        answer = of(v1_pod, call, era, filter=v1_pod.cri.pb.PodSandboxStatsFilter(id=v1_pod.id))
        stats = [s for a in answer for s in a.pod_sandbox_stats] if call.startswith("Stream") else answer.stats
    assert [s.attributes.id for s in stats] == [v1_pod.id]
    assert stats[0].linux.memory.working_set_bytes.value > 0


def test_metric_descriptors_have_names_and_help(v1, era):
    described = ask(v1.runtime.ListMetricDescriptors, v1.pb.ListMetricDescriptorsRequest(), era).descriptors
    assert described and all(d.name and d.help for d in described)


def test_metrics_of_a_pod_have_descriptors(v1_pod, era):
    pb, runtime = v1_pod.cri.pb, v1_pod.cri.runtime
    metrics = ask(runtime.ListPodSandboxMetrics, pb.ListPodSandboxMetricsRequest(), era).pod_metrics
    mine = [m for m in metrics if m.pod_sandbox_id == v1_pod.id]
    assert len(mine) == 1
    described = ask(runtime.ListMetricDescriptors, pb.ListMetricDescriptorsRequest(), era).descriptors
    names = {m.name for m in mine[0].metrics} | {m.name for c in mine[0].container_metrics for m in c.metrics}
    assert names <= {d.name for d in described}


def test_the_stream_of_pod_metrics(v1_pod, era):
    answers = of(v1_pod, "StreamPodSandboxMetrics", era)
    assert v1_pod.id in [m.pod_sandbox_id for answer in answers for m in answer.pod_sandbox_metrics]


def test_a_container_s_life_is_told_as_events(v1_pod, era):
    pb = v1_pod.cri.pb
    events = v1_pod.cri.runtime.GetContainerEvents(pb.GetEventsRequest(), timeout=60)
    seen, failures = {}, []

    def read():
        try:
            for event in events:
                seen.setdefault(event.container_id, []).append(event.container_event_type)
        except grpc.RpcError as failure:
            failures.append(failure)

    reader = threading.Thread(target=read)
    reader.start()
    whole = [pb.CONTAINER_CREATED_EVENT, pb.CONTAINER_STARTED_EVENT, pb.CONTAINER_STOPPED_EVENT]
    try:
        # Nobody says when the stream is open: containers come and go until one was seen from its beginning to its end.
        for number in range(40):
            container = v1_pod.run(f"told-{number}", ["true"])
            time.sleep(0.5)
            if failures or seen.get(container) == whole:
                break
    finally:
        events.cancel()
        reader.join()
    if whole not in seen.values() and failures and failures[0].code() != grpc.StatusCode.CANCELLED:
        assert failures[0].code() == grpc.StatusCode.UNIMPLEMENTED or era == "1.20"
        pytest.skip(failures[0].details())
    assert whole in seen.values()


def test_the_runtime_tells_its_cgroup_driver(v1, era):
    answer = ask(v1.runtime.RuntimeConfig, v1.pb.RuntimeConfigRequest(), era)
    assert answer.linux.cgroup_driver in (v1.pb.SYSTEMD, v1.pb.CGROUPFS)


def test_a_pod_s_addresses_may_be_told_to_the_runtime(cri, era):
    pb = cri.pb
    config = pb.RuntimeConfig(network_config=pb.NetworkConfig(pod_cidr="10.200.0.0/24"))
    ask(cri.runtime.UpdateRuntimeConfig, pb.UpdateRuntimeConfigRequest(runtime_config=config), era)


def test_resources_of_a_pod_can_be_changed(v1_pod, era):
    pb = v1_pod.cri.pb
    resources = pb.LinuxContainerResources(cpu_shares=512, memory_limit_in_bytes=256 << 20)
    of(v1_pod, "UpdatePodSandboxResources", era, pod_sandbox_id=v1_pod.id, resources=resources)


@pytest.mark.parametrize("call", ["CheckpointContainer", "CheckpointPod", "RestorePod"])
def test_a_checkpoint_is_made_or_said_to_be_impossible(v1_pod, era, tmp_path, call):
    container = v1_pod.run("kept", LONG)
    fields = {"CheckpointContainer": {"container_id": container, "location": str(tmp_path / "kept.tar")},
              "CheckpointPod": {"pod_sandbox_id": v1_pod.id}, "RestorePod": {}}
    of(v1_pod, call, era, **fields[call])
    assert call != "CheckpointContainer" or (tmp_path / "kept.tar").exists()
