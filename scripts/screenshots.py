"""Draw the pictures of the documentation anew, from the sample organisation: .venv/bin/python scripts/screenshots.py

Each is a PNG under docs/images, smaller than 300 KB, taken of a server of this script's own on a day that is set,
so that the same code draws the same pictures.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import chromium  # noqa: E402
from tests.server import Server  # noqa: E402

IMAGES = ROOT / "docs" / "images"
LARGEST = 300 * 1024
PICTURES = (
    ("today", "", 1280, 860, "light"),
    ("portfolio", "portfolio", 1280, 800, "dark"),
    ("roadmap", "roadmap?against=tag:fy26-q2-board", 1280, 900, "light"),
    ("line-of-sight", "line-of-sight", 1280, 800, "light"),
    ("history", "history?from=tag:fy27-q1-board", 1280, 800, "light"),
)
"""Name, address under the workspace, width, height, theme."""


def main() -> int:
    IMAGES.mkdir(parents=True, exist_ok=True)
    too_large = []
    with tempfile.TemporaryDirectory(prefix="northing-pictures-") as home:
        server = Server(Path(home))
        try:
            server.sample()
            server.start()
            cookies = [{"name": name, "value": value, "url": server.url} for name, value in server.session().items()]
            with chromium.running() as browser:
                for name, path, width, height, theme in PICTURES:
                    context = browser.new_context(
                        base_url=server.url, viewport={"width": width, "height": height}, locale="en-GB",
                        color_scheme=theme,
                    )  # fmt: skip
                    context.add_cookies(cookies)
                    page = context.new_page()
                    answer = page.goto(f"/w/{server.workspace}/{path}")
                    if answer is None or not answer.ok:
                        print(f"{path or 'today'} cannot be shown: see the server's log", file=sys.stderr)
                        return 1
                    page.wait_for_load_state("networkidle")
                    page.wait_for_timeout(400)
                    target = IMAGES / f"{name}.png"
                    page.screenshot(path=str(target))
                    size = target.stat().st_size
                    print(f"{target.relative_to(ROOT)}  {size // 1024} KB")
                    if size > LARGEST:
                        too_large.append(name)
                    context.close()
        finally:
            server.stop()
    if too_large:
        print("Larger than 300 KB:", ", ".join(too_large), file=sys.stderr)
    return 1 if too_large else 0


if __name__ == "__main__":
    sys.exit(main())
