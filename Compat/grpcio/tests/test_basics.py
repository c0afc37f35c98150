"""Version, status, lists and images: what a client asks before it runs anything."""
import grpc
import pytest

from conftest import IMAGE


def test_version_has_no_empty_field(cri):
    answer = cri.runtime.Version(cri.pb.VersionRequest(version="0.1.0"))
    assert answer.version == "0.1.0"
    assert answer.runtime_name and answer.runtime_version and answer.runtime_api_version


def test_status_reports_runtime_and_network_ready(cri):
    status = cri.runtime.Status(cri.pb.StatusRequest()).status
    assert {c.type: c.status for c in status.conditions if c.type in ("RuntimeReady", "NetworkReady")} == {
        "RuntimeReady": True, "NetworkReady": True}


def test_verbose_status_has_information(cri, era):
    # dockershim 1.20 passed over `verbose`.
    assert bool(cri.runtime.Status(cri.pb.StatusRequest(verbose=True)).info) == (era != "1.20")


@pytest.mark.parametrize("name", ["ListPodSandbox", "ListContainers", "ListContainerStats"])
def test_lists_answer_without_a_filter(cri, name):
    getattr(cri.runtime, name)(getattr(cri.pb, f"{name}Request")())


def test_lists_of_an_unknown_id_are_empty(cri):
    assert cri.pods(id="0" * 64) == []
    assert cri.containers(id="0" * 64) == []
    assert cri.containers(pod_sandbox_id="0" * 64) == []


def test_the_image_is_listed_and_found_by_name_and_by_id(cri):
    image = cri.images.ImageStatus(cri.pb.ImageStatusRequest(image=cri.pb.ImageSpec(image=IMAGE))).image
    assert IMAGE in image.repo_tags
    assert image.size > 0
    listed = cri.images.ListImages(cri.pb.ListImagesRequest()).images
    assert image.id in [i.id for i in listed]
    by_id = cri.images.ImageStatus(cri.pb.ImageStatusRequest(image=cri.pb.ImageSpec(image=image.id))).image
    assert by_id.id == image.id


def test_the_status_of_an_absent_image_has_no_image(cri):
    request = cri.pb.ImageStatusRequest(image=cri.pb.ImageSpec(image="localhost/absent:1"))
    assert not cri.images.ImageStatus(request).HasField("image")


def test_removing_an_absent_image_succeeds(cri):
    cri.images.RemoveImage(cri.pb.RemoveImageRequest(image=cri.pb.ImageSpec(image="localhost/absent:1")))


def test_pulling_from_a_registry_that_is_not_there_fails(cri):
    request = cri.pb.PullImageRequest(image=cri.pb.ImageSpec(image="127.0.0.1:9/absent:1"))
    with pytest.raises(grpc.RpcError) as failure:
        cri.images.PullImage(request, timeout=60)
    assert failure.value.code() not in (grpc.StatusCode.OK, grpc.StatusCode.UNIMPLEMENTED)
    assert failure.value.details()


def test_the_image_filesystem_has_a_mount_point(cri):
    filesystems = cri.images.ImageFsInfo(cri.pb.ImageFsInfoRequest()).image_filesystems
    assert filesystems and all(f.fs_id.mountpoint for f in filesystems)
