"""Fetches the packages that catalogues.tsv names, by the clients of their registries, and unpacks them below the folder
that is given. What is there already is kept."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import catalogues


def unpacked(registry, package, folder):
    with tempfile.TemporaryDirectory() as place:
        fetch = {
            "npm": ["npm", "pack", "--silent", package],
            "pypi": [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", package],
            "apt": ["apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", package],
        }[registry]
        subprocess.run(fetch, cwd=place, check=True, stdout=subprocess.DEVNULL)
        [archive] = Path(place).iterdir()
        if archive.suffix == ".deb":
            folder.mkdir(parents=True)
            subprocess.run(["dpkg-deb", "-x", archive, folder], check=True)
        else:
            shutil.unpack_archive(archive, folder, "zip" if archive.suffix == ".whl" else None)


def main():
    root = Path(sys.argv[1])
    for catalogue in catalogues.listed():
        folder = catalogues.folder(root, catalogue)
        if folder.exists():
            continue
        try:
            unpacked(catalogue.registry, catalogue.package, folder)
        except (subprocess.CalledProcessError, shutil.ReadError, ValueError):
            print(f"{catalogue.registry} has no {catalogue.package} here; its texts are left out")


if __name__ == "__main__":
    main()
