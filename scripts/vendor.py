"""Rebuild what comes from other projects: static/vendor, static/icons.svg and the maps' outline.

Run by hand to move to new versions; running or hosting the wiki needs neither it nor Node. It
leaves fetching and checking packages to npm, the drawings to `vendor_icons` and `vendor_outline`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import vendor_icons
import vendor_outline

STATIC = Path(__file__).parent.parent / "static"
MANIFEST = STATIC / "vendor" / "manifest.json"
MINIFIER = "esbuild@0.28.2"


@dataclass(frozen=True)
class Script:
    """A script taken from a package, minified and with its imports bundled.

    `entry` is a file of ours that says what is taken of the package and of those it stands on.
    """

    package: str
    version: str
    licence: str
    source: str
    target: str
    bundle: bool = False
    entry: str = ""


@dataclass(frozen=True)
class Vendored:
    """One line of the manifest: what a file is, under which licence, and its SHA-384."""

    name: str
    version: str
    licence: str
    licence_file: str
    file: str
    sha384: str


SCRIPTS = [
    Script("htmx.org", "4.0.1", "0BSD", "dist/htmx.min.js", "htmx.js"),
    Script("sortablejs", "1.15.7", "MIT", "Sortable.min.js", "sortable.js"),
    Script(
        "@github/markdown-toolbar-element",
        "2.2.3",
        "MIT",
        "dist/index.js",
        "markdown-toolbar.js",
        bundle=True,
    ),
    Script("@milkdown/kit", "7.22.1", "MIT", "", "milkdown.js", entry="vendor_visual.js"),
    Script("yjs", "13.6.33", "MIT", "", "yjs.js", entry="vendor_live.js"),
]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        modules = install(Path(folder))
        lines = [take(script, modules) for script in SCRIPTS]
        lines.append(icons(modules))
        lines.append(outline(modules))
        lines.append(font())
    MANIFEST.write_text(json.dumps([asdict(line) for line in lines], indent=2) + "\n")
    print(f"{len(lines)} files, {MANIFEST}")


def install(folder: Path) -> Path:
    """Fetch the pinned packages with npm, and return its node_modules."""
    wanted = [f"{script.package}@{script.version}" for script in SCRIPTS]
    wanted += [MINIFIER, vendor_icons.PACKAGE, vendor_outline.PACKAGE]
    subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), *wanted], check=True
    )
    return folder / "node_modules"


def take(script: Script, modules: Path) -> Vendored:
    """Copy one script, bundled when it is not minified already, and its licence."""
    package, target = modules / script.package, STATIC / "vendor" / script.target
    target.parent.mkdir(exist_ok=True)
    if script.entry:
        entry = modules.parent / script.entry
        shutil.copyfile(Path(__file__).parent / script.entry, entry)
        _bundle(entry, target, modules)
        licence = _gather_licences(script, modules)
        return _line(script.package, script.version, script.licence, licence, target)
    if script.bundle:
        _bundle(package / script.source, target, modules)
    else:
        text = (package / script.source).read_text()
        target.write_text(_without_source_map(text))
    licence = _copy_licence(package, script.package)
    return _line(script.package, script.version, script.licence, licence, target)


def icons(modules: Path) -> Vendored:
    """Make the sprite of icons."""
    name, version = vendor_icons.PACKAGE.split("@")
    target = STATIC / "icons.svg"
    target.write_text(vendor_icons.sprite(modules / name))
    return _line(name, version, "ISC", _copy_licence(modules / name, name), target)


def outline(modules: Path) -> Vendored:
    """Make the outline of the maps."""
    name, version = vendor_outline.PACKAGE.split("@")
    target = STATIC / "outline-europe-west.json"
    target.write_text(vendor_outline.outline(modules / name / vendor_outline.SOURCE))
    licence = STATIC / "vendor" / "licences" / "natural-earth.txt"
    licence.write_text(vendor_outline.LICENCE)
    return _line("natural-earth", version, "public domain", licence, target)


def font() -> Vendored:
    """Declare the sign face, which was cut once to French Latin and stands in static/fonts."""
    file, licence = STATIC / "fonts/archivo-narrow-bold.woff2", STATIC / "fonts/OFL.txt"
    return _line("archivo", "width 80, weight 700", "OFL-1.1", licence, file)


def _bundle(source: Path, target: Path, modules: Path) -> None:
    esbuild, told = modules / ".bin" / "esbuild", modules.parent / "meta.json"
    production = '--define:process.env.NODE_ENV="production"'
    options = ["--bundle", "--minify", "--format=esm", "--charset=utf8", production]
    subprocess.run(
        [esbuild, source, *options, f"--outfile={target}", f"--metafile={told}"],
        check=True,
        cwd=modules.parent,
    )


def _gather_licences(script: Script, modules: Path) -> Path:
    """Write the licences of all the packages in the last bundle, one after the other."""
    output = json.loads((modules.parent / "meta.json").read_text())["outputs"].popitem()[1]
    names = {
        found[1]
        for path, taken in output["inputs"].items()
        if taken["bytesInOutput"]
        and (found := re.match(r"node_modules/((?:@[^/]+/)?[^/]+)/", path))
    }
    target = _licence_target(script.package)
    target.write_text("\n\n".join(_licence_of(modules / name) for name in sorted(names)) + "\n")
    return target


def _licence_of(package: Path) -> str:
    told = json.loads((package / "package.json").read_text())
    files = sorted(path for path in package.iterdir() if path.name.lower().startswith("licen"))
    text = files[0].read_text().strip() if files else "(no licence file in the package)"
    return f"{told['name']} {told['version']}: {told['license']}\n\n{text}"


def _without_source_map(text: str) -> str:
    lines = text.rstrip().splitlines()
    return "\n".join(line for line in lines if not line.startswith("//# sourceMappingURL")) + "\n"


def _copy_licence(package: Path, name: str) -> Path:
    found = next(path for path in package.iterdir() if path.name.lower().startswith("licen"))
    target = _licence_target(name)
    shutil.copyfile(found, target)
    return target


def _licence_target(name: str) -> Path:
    target = STATIC / "vendor" / "licences" / f"{name.replace('@', '').replace('/', '-')}.txt"
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


def _line(name: str, version: str, licence: str, licence_file: Path, file: Path) -> Vendored:
    digest = base64.b64encode(hashlib.sha384(file.read_bytes()).digest()).decode()
    return Vendored(
        name,
        version,
        licence,
        str(licence_file.relative_to(STATIC)),
        str(file.relative_to(STATIC)),
        f"sha384-{digest}",
    )


if __name__ == "__main__":
    main()
