"""gRPC itself: unknown names, limits, deadlines, many calls at once, the ways to spell an authority."""
import concurrent.futures
import time

import grpc
import pytest

from conftest import LIMIT, endpoint


def raw(channel, path, message=b"", **options):
    return channel.unary_unary(path, request_serializer=None, response_deserializer=None)(message, timeout=30, **options)


def test_an_unknown_method_is_unimplemented(cri, channel):
    with pytest.raises(grpc.RpcError) as failure:
        raw(channel, f"/{cri.api}.RuntimeService/Fly")
    assert failure.value.code() == grpc.StatusCode.UNIMPLEMENTED
    assert failure.value.details() == f"unknown method Fly for service {cri.api}.RuntimeService"


def test_an_unknown_service_is_unimplemented(channel):
    with pytest.raises(grpc.RpcError) as failure:
        raw(channel, "/runtime.v9.RuntimeService/Version")
    assert failure.value.code() == grpc.StatusCode.UNIMPLEMENTED
    assert failure.value.details() == "unknown service runtime.v9.RuntimeService"


@pytest.mark.parametrize("message", [b"\x0a", b"\x0a\xff\xff\xff\xff\x0f", b"\xff" * 100, b"\x0a\x05abc"])
def test_a_malformed_message_is_refused_and_the_connection_goes_on(cri, channel, message):
    with pytest.raises(grpc.RpcError) as failure:
        raw(channel, f"/{cri.api}.RuntimeService/RunPodSandbox", message)
    assert failure.value.code() in (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN)
    cri.runtime.Version(cri.pb.VersionRequest())


def test_a_message_just_below_the_limit_is_taken(cri):
    cri.runtime.Version(cri.pb.VersionRequest(version="x" * (LIMIT - 10)), timeout=60)


def test_a_message_past_the_limit_is_refused_and_the_connection_goes_on(cri):
    with pytest.raises(grpc.RpcError) as failure:
        cri.runtime.Version(cri.pb.VersionRequest(version="x" * (17 << 20)), timeout=60)
    assert failure.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    cri.runtime.Version(cri.pb.VersionRequest())


def test_twenty_calls_at_once_all_answer(cri):
    calls = [
        lambda: cri.runtime.Version(cri.pb.VersionRequest()), lambda: cri.pods(), lambda: cri.containers(),
        lambda: cri.images.ListImages(cri.pb.ListImagesRequest())]
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda n: calls[n % 4](), range(20), timeout=60))
    assert len(answers) == 20


def test_a_slow_call_does_not_hold_up_others(v1_pod):
    pb, runtime = v1_pod.cri.pb, v1_pod.cri.runtime
    container = v1_pod.run("slow", ["sleep", "3600"])
    slow = runtime.ExecSync.future(pb.ExecSyncRequest(container_id=container, cmd=["sleep", "3"], timeout=20), timeout=30)
    for _ in range(20):
        runtime.Version(pb.VersionRequest(), timeout=2)
    assert not slow.done()
    assert slow.result().exit_code == 0


def test_a_deadline_ends_the_call_and_the_endpoint_goes_on(v1_pod):
    pb, runtime = v1_pod.cri.pb, v1_pod.cri.runtime
    container = v1_pod.run("deadline", ["sleep", "3600"])
    begun = time.monotonic()
    with pytest.raises(grpc.RpcError) as failure:
        runtime.ExecSync(pb.ExecSyncRequest(container_id=container, cmd=["sleep", "30"]), timeout=0.5)
    assert failure.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    assert time.monotonic() - begun < 5
    assert v1_pod.exec(container, "true").exit_code == 0


def test_a_call_that_the_client_withdraws_is_cancelled_and_the_endpoint_goes_on(v1_pod):
    pb, runtime = v1_pod.cri.pb, v1_pod.cri.runtime
    container = v1_pod.run("cancel", ["sleep", "3600"])
    call = runtime.ExecSync.future(pb.ExecSyncRequest(container_id=container, cmd=["sleep", "30"]))
    time.sleep(0.3)
    call.cancel()
    assert v1_pod.exec(container, "true").exit_code == 0


def test_a_server_stream_opens_or_is_unimplemented(v1):
    events = v1.runtime.GetContainerEvents(v1.pb.GetEventsRequest(), timeout=1)
    with pytest.raises(grpc.RpcError) as failure:
        next(events)
    assert failure.value.code() in (grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.DEADLINE_EXCEEDED)


@pytest.mark.parametrize("authority", ["localhost", "/run/some/cri.sock", "%2Frun%2Fsome%2Fcri.sock", "", "name:1"])
def test_any_authority_will_do(socket, authority):
    options = [("grpc.default_authority", authority), ("grpc.use_local_subchannel_pool", 1)]
    with grpc.insecure_channel(socket, options=options) as channel:
        v1 = endpoint(channel, "runtime.v1")
        v1.runtime.Version(v1.pb.VersionRequest(), timeout=10)


def test_many_connections_come_and_go(socket):
    for _ in range(30):
        with grpc.insecure_channel(socket, options=[("grpc.use_local_subchannel_pool", 1)]) as channel:
            v1 = endpoint(channel, "runtime.v1")
            v1.runtime.Version(v1.pb.VersionRequest(), timeout=10)


def test_pings_keep_a_connection_open(socket):
    options = [("grpc.keepalive_time_ms", 1000), ("grpc.keepalive_permit_without_calls", 1),
               ("grpc.http2.max_pings_without_data", 0), ("grpc.use_local_subchannel_pool", 1)]
    with grpc.insecure_channel(socket, options=options) as channel:
        v1 = endpoint(channel, "runtime.v1")
        v1.runtime.Version(v1.pb.VersionRequest(), timeout=10)
        time.sleep(2.5)
        v1.runtime.Version(v1.pb.VersionRequest(), timeout=10)


def test_compressed_requests_are_taken_or_refused_as_unimplemented(v1):
    try:
        v1.runtime.Version(v1.pb.VersionRequest(version="0.1.0"), timeout=10, compression=grpc.Compression.Gzip)
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.UNIMPLEMENTED
    v1.runtime.Version(v1.pb.VersionRequest(), timeout=10)
