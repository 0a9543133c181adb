"""All benches, one after the other; each is a process of its own. ``python -m bench record --short`` runs one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> int:
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    options = [word for word in sys.argv[1:] if word.startswith("-")]
    here = Path(__file__).parent
    own = ("__init__", "__main__", "measuring", "organisation", "floors", "portfolios", "served")
    names = words or sorted(path.stem for path in here.glob("*.py") if path.stem not in own)
    return max(
        subprocess.run([sys.executable, "-m", f"bench.{name}", *options], cwd=here.parent, check=False).returncode
        for name in names
    )


if __name__ == "__main__":
    sys.exit(main())
