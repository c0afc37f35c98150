"""Debian's docker-registry on a loopback port, and images made up for it."""
import contextlib
import gzip
import hashlib
import io
import json
import pathlib
import shutil
import socket
import subprocess
import tarfile
import tempfile
import time
import urllib.error
import urllib.request
import uuid

PROGRAM = shutil.which("docker-registry")


def digest(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


class Registry:
    def __init__(self, address):
        self.address = address

    def ask(self, method, path, body=None, kind="application/octet-stream"):
        url = path if path.startswith("http") else f"http://{self.address}{path}"
        request = urllib.request.Request(url, data=body, method=method, headers={"Content-Type": kind})
        return urllib.request.urlopen(request, timeout=10)

    def _blob(self, repository, content):
        place = self.ask("POST", f"/v2/{repository}/blobs/uploads/", b"").headers["Location"]
        self.ask("PUT", f"{place}{'&' if '?' in place else '?'}digest={digest(content)}", content)
        return {"size": len(content), "digest": digest(content)}

    def push(self, repository, tag, user=""):
        """An image that no other has. Returns its id and its manifest's digest."""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as tar:
            content = uuid.uuid4().hex.encode()
            entry = tarfile.TarInfo("mark")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
        layer = buffer.getvalue()
        config = json.dumps({
            "architecture": "amd64", "os": "linux", "config": {"User": user, "Cmd": ["/mark"]},
            "rootfs": {"type": "layers", "diff_ids": [digest(layer)]}}).encode()
        kind = "application/vnd.oci.image.manifest.v1+json"
        manifest = json.dumps({
            "schemaVersion": 2, "mediaType": kind,
            "config": {"mediaType": "application/vnd.oci.image.config.v1+json", **self._blob(repository, config)},
            "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
                        **self._blob(repository, gzip.compress(layer, mtime=0))}]}).encode()
        self.ask("PUT", f"/v2/{repository}/manifests/{tag}", manifest, kind)
        return digest(config), digest(manifest)


@contextlib.contextmanager
def running():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    folder = pathlib.Path(tempfile.mkdtemp(prefix="oxbow-grpcio-registry-"))
    (folder / "config.yml").write_text(
        f"version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {folder}/data}}}}\n"
        f'http: {{addr: "{address}"}}\n')
    process = subprocess.Popen([PROGRAM, "serve", folder / "config.yml"], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        registry = Registry(address)
        end = time.monotonic() + 20
        while True:
            try:
                registry.ask("GET", "/v2/")
                break
            except (urllib.error.URLError, ConnectionError):
                assert time.monotonic() < end and process.poll() is None, "docker-registry does not answer"
                time.sleep(0.05)
        yield registry
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder)
