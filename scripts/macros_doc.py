"""Writes docs/macros.md from the declarations of the macros, and what becomes of each action of YesWiki."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from wiki.core.params import Param
from wiki.core.registry import registries
from wiki.macros.base import Macro
from wiki.macros.routes.reference import grouped

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "macros.md"

HEAD = """# Components of pages

A component is written between double braces, on a line of its own: `{{toc}}`, `{{pages tag="news" limit="5"}}`.
Values stand in double or single quotes; a name alone is a flag that is up. Some go around a text:
`{{box title="Look"}}`, the text, then `{{/box}}`. The editor's “Components” button writes them from a form,
and the wiki lists them at `/-/macros`.

What a component shows is always for who reads: pages, entries and fields that may not be read are no more
in it than on their own address. A wrong value is said in the page, beside the line as it was typed.

This page is written by `scripts/macros_doc.py`; the tests compare it with the code.
"""

INSTEAD = {
    "label": "write it in bold, or give the page a tag",
    "backgroundimage": "`section` has grounds of the wiki's colours, so that text stays readable",
    "endbackgroundimage": "as `backgroundimage`",
    "ariane": "every page has its breadcrumb",
    "yeswikiversion": "the admin's dashboard tells the version",
    "configuration": "settings are for admins, on their own screens",
    "favicon": "Appearance, in the administration",
    "doubleclic": "double-click edits a text everywhere; a switch of the wiki",
    "barreredaction": "the bar at the foot of each page",
    "pointimage": "not here yet: a form with a map, or an image with numbered captions",
    "filemanager": "Files, in the bar of each page",
    "redirect": "a renamed page keeps its former address",
    "includepages": "one `include` a line",
    "wantedpages": "a link to a missing page is dashed and makes it",
    "orphanedpages": "`backlinks` shows what links to a page",
    "recentchangesrss": "every wiki has its Atom feed of changes",
    "recentchangesrssplus": "as `recentchangesrss`",
    "recentcomments": "not here yet",
    "recentcommentsrss": "not here yet",
    "recentlycommented": "not here yet",
    "listusers": "a station lists its people; a public list of accounts helps spammers",
    "interwikilist": "write the whole address",
    "admintag": "the page of tags",
    "bazarimport": "`gare import markdown`",
    "bazarexport": "exports stand under each list",
    "valeur": "a computed or related field, or `entries`",
    "lostpassword": "on the sign-in screen",
    "userstable": "People, in the administration",
    "editgroups": "Groups, in the administration",
    "usercomments": "not here yet",
    "userreactions": "not here yet",
    "myfavorites": "not here yet",
    "comments": "not here yet",
    "commentstable": "not here yet",
    "reactions": "not here yet",
    "adminreactions": "not here yet",
    "erasespamedcomments": "not here yet",
    "abonnement": "mailing lists have their own tools: a `button` to them",
    "desabonnement": "as `abonnement`",
    "mailinglist": "as `abonnement`",
    "listsubscription": "as `abonnement`",
    "userlistsubscription": "as `abonnement`",
    "mailperiod": "not here yet",
    "gererdroits": "Rights, in the bar of each page",
    "editactionsacls": "what a component shows already follows the rights of who reads",
    "edithandlersacls": "as `editactionsacls`",
    "editconfig": "Settings, in the administration",
    "gererthemes": "Appearance, in the administration",
    "setwikidefaulttheme": "Appearance, in the administration",
    "themeselector": "each person chooses light or dark in the account menu",
    "adminpages": "Recent changes",
    "adminbackups": "`gare backup`",
    "update": "`gare upgrade`",
    "despam": "not here yet",
    "translation": "one page a language, linked to one another",
    "lang": "as `translation`",
    "header": "the shell of every page is the wiki's",
    "footer": "as `header`",
    "template": "as `header`",
    "linkstyle": "as `header`",
    "linkjavascript": "no script comes from a page",
    "linkrss": "as `recentchangesrss`",
    "liensstyle": "as `header`",
    "liensjavascripts": "as `linkjavascript`",
    "metarobots": "the rights of a page say who reads it, robots too",
    "parambody": "as `header`",
    "changestyle": "Appearance, in the administration",
    "aceditor": "the editor of every page",
}
"""YesWiki's actions that are no component here, and what to use."""

ACTIONS = """
grid col section panel accordion label tabs tab buttondropdown nav backgroundimage endbackgroundimage button
progressbar ariane trail toc tocjs titrepage currentpage yeswikiversion configuration favicon doubleclic
moteurrecherche barreredaction attach video pdf player pointimage filemanager include redirect includepages
diaporama listpages pageindex pageonlyindex bazarrecordsindex backlinks wantedpages orphanedpages recentchanges
recentchangesrss recentchangesrssplus recentcomments recentcommentsrss recentlycommented mychanges mypages
listusers interwikilist textsearch newtextsearch nuagetag listpagestag filtertags rss admintag bazar bazarliste
bazarcarto map calendrier bazartable bazarlistecategorie bazaruserpage bazarimport bazarexport valeur login
lostpassword usersettings userstable editgroups usercomments userreactions myfavorites comments commentstable
reactions adminreactions erasespamedcomments contact abonnement desabonnement mailinglist listsubscription
userlistsubscription mailperiod syndication gererdroits editactionsacls edithandlersacls editconfig gererthemes
setwikidefaulttheme themeselector adminpages adminbackups update despam translation lang header footer template
linkstyle linkjavascript linkrss liensstyle liensjavascripts metarobots parambody changestyle aceditor
"""
"""Every action that YesWiki has, in the order of its own documentation."""


def written(app: Flask) -> str:
    """Return the whole document, in English."""
    with app.test_request_context(headers={"Cookie": "lang=en"}):
        lines = [HEAD]
        for label, macros in grouped():
            lines += [f"## {label}", ""]
            for macro in macros:
                lines += [*_macro(macro), ""]
        lines += ["## Actions of YesWiki", "", *_actions()]
    return "\n".join(lines).rstrip() + "\n"


def _macro(macro: Macro) -> Iterator[str]:
    around = f" … {{{{/{macro.name}}}}}" if macro.paired else ""
    yield f"### `{{{{{macro.name}}}}}{around}` {macro.label}"
    yield ""
    yield f"{macro.help}"
    if macro.params:
        yield ""
        yield "| parameter | meaning | values | without it |"
        yield "|---|---|---|---|"
        yield from (_param(param) for param in macro.params)


def _param(param: Param) -> str:
    meaning = f"{param.label}. {param.help}" if param.help else str(param.label)
    values = ", ".join(f"`{one}`" for one in param.choices if one) or param.kind
    without = "needed" if param.required else f"`{param.default}`" if param.default else ""
    return f"| `{param.name}` | {meaning} | {values} | {without} |"


def _actions() -> Iterator[str]:
    known = registries().macros
    yield "| YesWiki | here |"
    yield "|---|---|"
    for action in ACTIONS.split():
        macro = known.get(action)
        if macro is None:
            yield f"| `{action}` | {INSTEAD[action]} |"
            continue
        renamed = {one: ours for one, ours in macro.aliases.get(action, {}).items() if one != ours}
        words = ", ".join(f"`{one}` is `{ours}`" for one, ours in renamed.items())
        yield f"| `{action}` | `{macro.name}`{': ' + words if words else ''} |"


def main() -> None:
    """Write the document with the macros of an empty wiki."""
    from tests.world import prepare
    from wiki.app import close_app, create_app

    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder) / "wiki")
        app = create_app(Path(folder) / "wiki")
        TARGET.write_text(written(app))
        close_app(app)


if __name__ == "__main__":
    main()
