"""Static files: scripts come with the modules they import, everything compressed, addresses change with content."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import brotli
import pytest

from tests.world import World
from wiki.core import static_files

STATIC = Path(__file__).parents[2] / "static"
SCRIPTS = sorted(str(path.relative_to(STATIC)) for path in (STATIC / "js").rglob("*.js"))
APP = "/-/static/js/core/app.js"


def write(folder: Path, **modules: str) -> Path:
    (folder / "js").mkdir()
    for name, text in modules.items():
        (folder / "js" / f"{name}.js").write_text(text)
    return folder


def test_script_comes_with_the_modules_it_imports(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        one='import { two as second } from "./two.js";\nexport const one = () => second + 1;\n',
        two='import "./three.js";\n// Why.\nconst own = 2;\nexport const two = own;\nexport class Two {}\n',
        three='document.title = "three";\n',
    )
    bundle = static_files.bundle(folder, "js/one.js")
    assert bundle == (
        'const $three = (() => {\ndocument.title = "three";\nreturn {  };\n})();\n'
        "const $two = (() => {\nconst own = 2;\nconst two = own;\nclass Two {}\nreturn { two, Two };\n})();\n"
        "const { two: second } = $two;\nexport const one = () => second + 1;\n"
    )


def test_module_imported_twice_runs_once(tmp_path: Path) -> None:
    shared = "export const a = 1;\n"
    user = 'import { a } from "./shared.js";\nexport const b = a;\n'
    one = 'import "./left.js";\nimport "./right.js";\n'
    folder = write(tmp_path, one=one, left=user, right=user, shared=shared)
    assert static_files.bundle(folder, "js/one.js").count("const a = 1;") == 1


def test_modules_in_a_circle_are_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, one='import "./two.js";\n', two='import "./one.js";\n')
    with pytest.raises(ValueError, match="circle"):
        static_files.bundle(folder, "js/one.js")


def test_comments_are_left_out_and_nothing_else(tmp_path: Path) -> None:
    text = (
        '// Head.\n/**\n * @param {string} a\n */\nexport const a = "// no"; // kept\n'
        "/** @type {any} */ (a).b;\n/** c */\n"
    )
    folder = write(tmp_path, one=text)
    assert static_files.bundle(folder, "js/one.js") == (
        'export const a = "// no"; // kept\n/** @type {any} */ (a).b;\n'
    )


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_of_ours_is_bundled_whole(name: str) -> None:
    """What the bundle cannot express would fail in the browser only."""
    bundle = static_files.bundle(STATIC, name)
    source = (STATIC / name).read_text()
    assert source.startswith("// @ts-check\n")
    assert not re.search(r"^import\b(?!\()", bundle, re.MULTILINE)
    assert not re.search(r"^export (?!async function|function|const|class)", source, re.MULTILINE)


@pytest.mark.parametrize("name", SCRIPTS)
def test_modules_export_what_is_imported_from_them(name: str) -> None:
    for found in static_files.IMPORT.finditer((STATIC / name).read_text()):
        module = (STATIC / name).parent / found[2]
        exported = {one[2] for one in static_files.EXPORT.finditer(module.read_text())}
        names = {part.split(" as ")[0].strip() for part in (found[1] or "").split(",")}
        assert names - {""} <= exported, module


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("identity", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("path", [APP, "/-/static/css/main.css", "/-/static/icons.svg"])
def test_text_is_compressed_as_the_browser_takes_it(
    world: World, path: str, accepted: str, coding: str | None
) -> None:
    answer = world.browser().get(path, headers={"Accept-Encoding": accepted})
    decode = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding]
    name = path.removeprefix("/-/static/")
    assert answer.headers.get("Content-Encoding") == coding
    assert decode(answer.data) == static_files.content(STATIC, name)
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert answer.headers["Cache-Control"] == "public, max-age=31536000"


def test_unchanged_file_is_not_sent_again(world: World) -> None:
    browser = world.browser()
    for accepted in ("br", "gzip", ""):
        headers = {"Accept-Encoding": accepted}
        tag = browser.get(APP, headers=headers).headers["ETag"]
        again = browser.get(APP, headers=headers | {"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "path", ["js/core/nothing.js", "js/../../wsgi.py", "js", "js/core/", "%2e%2e/wsgi.py"]
)
def test_nothing_outside_is_served(world: World, path: str) -> None:
    assert world.browser().get(f"/-/static/{path}").status_code in {404, 308}


def test_version_follows_the_modules(tmp_path: Path) -> None:
    folder = write(tmp_path, one='import "./two.js";\n', two="a();\n")
    before = static_files.version_of(str(folder), "js/one.js")
    (folder / "js" / "two.js").write_text("b();\n")
    static_files.version_of.cache_clear()
    assert static_files.version_of(str(folder), "js/one.js") != before
