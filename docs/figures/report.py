"""Pictures of a report's page, as a browser shows it: python docs/figures/report.py PAGE.html FOLDER

Writes NAME-desktop.png (1280 wide), NAME-phone.png (390 wide), the dark ones of both, and NAME.pdf as it is
printed. Needs chromium, and nothing of Python but what comes with it. Pages are shown from their beginning;
--height says how much of them. The pictures of docs/: --scale 0.6 --height 2500 for the
desktop's, --height 2700 for the phone's.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile


def chromium(*arguments: str) -> None:
    program = next((p for p in ("chromium", "chromium-browser", "google-chrome") if shutil.which(p)), None)
    if program is None:
        sys.exit("neither chromium nor google-chrome is installed")
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [program, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}", *arguments],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def picture(page: pathlib.Path, output: pathlib.Path, width: int, height: int, scale: float, dark: bool) -> None:
    # A browser's window has a least width, a frame has none.
    frame = (f'<body style="margin:0"><iframe src="{page.as_uri()}" style="border:0;display:block;'
             f'width:{width}px;height:{height}px"></iframe></body>')
    with tempfile.TemporaryDirectory() as folder:
        shell = pathlib.Path(folder) / "frame.html"
        shell.write_text(f"<!DOCTYPE html>{frame}", encoding="utf-8")
        scheme = ["--blink-settings=preferredColorScheme=0"] if dark else []
        chromium(*scheme, "--hide-scrollbars", f"--force-device-scale-factor={scale}", "--allow-file-access-from-files",
                 f"--window-size={width},{height}", f"--screenshot={output}", shell.as_uri())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--height", type=int, default=2400, help="of the part that is shown, in CSS pixels")
    parser.add_argument("--scale", type=float, default=1, help="picture pixels a CSS pixel")
    arguments = parser.parse_args()
    page, folder = arguments.page.resolve(), arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, width in (("desktop", 1280), ("phone", 390)):
        for dark in (False, True):
            output = folder / f"{page.stem}-{name}{'-dark' if dark else ''}.png"
            picture(page, output.resolve(), width, arguments.height, arguments.scale, dark)
    chromium("--no-pdf-header-footer", f"--print-to-pdf={(folder / (page.stem + '.pdf')).resolve()}", page.as_uri())


if __name__ == "__main__":
    main()
