"""Images out of a real registry, from the pull to the removal."""
import grpc
import pytest

import registry as registries

pytestmark = pytest.mark.skipif(registries.PROGRAM is None, reason="needs docker-registry: run Compat/setup")


@pytest.fixture(scope="module")
def registry():
    with registries.running() as registry:
        yield registry


def named(cri, name):
    return cri.pb.ImageSpec(image=name)


def status(cri, name):
    answer = cri.images.ImageStatus(cri.pb.ImageStatusRequest(image=named(cri, name)))
    return answer.image if answer.HasField("image") else None


def pull(cri, name):
    return cri.images.PullImage(cri.pb.PullImageRequest(image=named(cri, name)), timeout=60).image_ref


def remove(cri, name):
    cri.images.RemoveImage(cri.pb.RemoveImageRequest(image=named(cri, name)), timeout=60)


def test_an_image_is_pulled_by_tag_and_digest_and_removed_by_id(cri, registry):
    identity, manifest = registry.push("grpcio/life", "1", user="1001:5")
    name = f"{registry.address}/grpcio/life"
    for wanted in (f"{name}:1", f"{name}@{manifest}"):
        reference = pull(cri, wanted)
        # dockershim answered with the repository's digest.
        assert reference in (identity, f"{name}@{manifest}")
        image = status(cri, wanted)
        assert image.id == identity and image.uid.value == 1001 and image.size > 0
        assert list(image.repo_digests) == [f"{name}@{manifest}"]
    assert list(image.repo_tags) == [f"{name}:1"]
    assert identity in [i.id for i in cri.images.ListImages(cri.pb.ListImagesRequest()).images]
    for _ in range(2):
        remove(cri, identity)
    assert status(cri, f"{name}:1") is None and status(cri, identity) is None


def test_a_list_is_filtered_by_name(cri, registry):
    identity, _ = registry.push("grpcio/filter", "1")
    name = f"{registry.address}/grpcio/filter:1"
    pull(cri, name)
    request = cri.pb.ListImagesRequest(filter=cri.pb.ImageFilter(image=named(cri, name)))
    assert [i.id for i in cri.images.ListImages(request).images] == [identity]
    request = cri.pb.ListImagesRequest(filter=cri.pb.ImageFilter(image=named(cri, name + "2")))
    assert list(cri.images.ListImages(request).images) == []
    remove(cri, identity)


def test_what_the_registry_has_not_is_not_found(cri, registry, code):
    with pytest.raises(grpc.RpcError) as failure:
        pull(cri, f"{registry.address}/grpcio/nosuch:1")
    assert failure.value.code() == code(grpc.StatusCode.NOT_FOUND)
    assert "grpcio/nosuch" in failure.value.details()
