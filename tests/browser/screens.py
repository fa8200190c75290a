"""Every screen of the wiki on the demo network: where it is, who sees it, and what to do to get there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

PAGE = "/Migrer-une-association-vers-Nextcloud"
STATION = "/Offre-commune"
ENTRY = "/La-Bobine"
ADMIN = "lea"
EVERY_CONSTRUCT = (Path(__file__).parent / "every_construct.md").read_text().strip()
MEETING = "/Atelier-prix-libre"
RECURRING = "/Permanence-d'entraide"


@dataclass(frozen=True)
class Screen:
    """A screen: `person` is who opens it, "" an anonymous; `prepare` goes on once the address is open."""

    name: str
    path: str
    person: str = ""
    prepare: Callable[[Page], None] | None = None
    status: int = 200

    def open(self, page: Page) -> None:
        answer = page.goto(self.path)
        assert answer and answer.status == self.status, (
            f"{self.path} answers {answer and answer.status}"
        )
        if self.prepare:
            self.prepare(page)


def keep_search(page: Page) -> None:
    """Keep a search, then open the menu of the first one kept."""
    page.goto("/-/search?q=charte")
    page.click(".keep summary")
    page.click(".keep form .btn.primary")
    page.goto("/-/search")
    page.click(".kept .pop summary")


def instant_search(page: Page) -> None:
    """Open the instant search and wait for its answers."""
    page.keyboard.press("Control+k")
    page.keyboard.type("nextcloud")
    expect(page.locator("#instant [role=option]").first).to_be_visible()


def secret_link(page: Page) -> None:
    """Make a secret link: it is shown this once."""
    page.fill("input[name=label]", "La mairie")
    page.click("#secret button.primary")
    expect(page.locator("#secret-address")).to_be_visible()


def lent(page: Page) -> None:
    """Make a secret link and follow it."""
    secret_link(page)
    page.goto(page.locator("#secret-address").input_value())


def conflict(page: Page) -> None:
    """Bring two texts of the same line together: another tab saves first."""
    other = page.context.new_page()
    other.goto(page.url)
    for editor, words in ((other, "Ici, on joue."), (page, "Ici, on essaie tout.")):
        text = editor.locator("textarea[name=text]")
        text.fill(f"{words}\n" + text.input_value().partition("\n")[2])
        editor.locator(".editor-form .btn.primary").click()
    other.close()
    expect(page.locator(".versus")).to_be_visible()


def visual_mode(page: Page) -> None:
    """Go to the visual mode, with a text that has what it keeps as typed."""
    page.fill("textarea[name=text]", EVERY_CONSTRUCT)
    page.click("[data-visual]")
    expect(page.locator(".editor.visual")).to_be_visible(timeout=20_000)


def commented(page: Page) -> None:
    """Write a comment and its answer under a page."""
    page.fill("#talk-form textarea", "Une **question** ?")
    page.locator("#talk-form button[type=submit]").click()
    answer = page.locator(".answer").last
    answer.locator("summary").click()
    answer.locator("textarea").fill("Une réponse.")
    answer.locator("button[type=submit]").click()
    expect(page.locator(".comment .comment").last).to_be_visible()
    # From the top again: where one has scrolled to, the sticky bar may stand on a link.
    page.goto("/Glossaire")


def noting(page: Page) -> None:
    """Open the line that notes a decision or an action."""
    page.locator(".capture summary").last.click()
    expect(page.locator(".capture input").last).to_be_visible()


def polled(page: Page) -> None:
    """Propose two dates."""
    page.fill("#f-title", "Quel jour ?")
    for row, day in enumerate(("2199-03-04", "2199-03-05")):
        page.locator("[name=day]").nth(row).fill(day)
    page.locator("main form .btn.primary").click()
    expect(page.locator(".poll li")).to_have_count(2)


def one_date(page: Page) -> None:
    """Go to one date of an event that comes back."""
    page.locator("#dates-start a").first.click()
    expect(page.locator(".one-date-title")).to_be_visible()


def second_step(page: Page) -> None:
    """Go to the platforms, in the wizard of stations."""
    page.fill("[name=title]", "Jardin partagé")
    page.fill("[name=purpose]", "Cultiver ensemble.")
    page.click("button[name=step][value='2']")
    expect(page.locator("[name=blocks]").first).to_be_visible()


def third_step(page: Page) -> None:
    """Go to the first meeting, tools and people, in the wizard of stations."""
    second_step(page)
    page.click("button[name=step][value='3']")
    expect(page.locator("[name=meeting_title]")).to_be_visible()


SCREENS = (
    Screen("home", "/"),
    Screen("station", STATION),
    Screen("page", PAGE),
    Screen("history", f"{PAGE}/history"),
    Screen("diff", f"{PAGE}/diff?from=2&to=3"),
    Screen("who-wrote-what", f"{PAGE}/blame"),
    Screen("authors", f"{PAGE}/authors"),
    Screen("follow", "/-/follow?page=Migrer-une-association-vers-Nextcloud"),
    Screen("stations", "/-/projects"),
    Screen("forms", "/-/forms"),
    Screen("list", "/-/forms/faq"),
    Screen("list-cards", "/-/forms/partenaires?view=cards"),
    Screen("list-table", "/-/forms/partenaires?view=table"),
    Screen("list-map", "/-/forms/partenaires?view=map"),
    Screen("list-empty", "/-/forms/partenaires?q=zzzzz"),
    Screen("entry", ENTRY),
    Screen("entry-dates", RECURRING),
    Screen("one-date", RECURRING, ADMIN, one_date),
    Screen("list-calendar", "/-/forms/agenda?view=calendar"),
    Screen("tool", "/Nextcloud"),
    Screen("search", "/-/search"),
    Screen("search-results", "/-/search?q=nextcloud"),
    Screen("search-nothing", "/-/search?q=xyzzyxyzzy"),
    Screen("search-instant", "/", prepare=instant_search),
    Screen(
        "search-filtered", "/-/search?q=migration&project=Offre-commune&when=year", person=ADMIN
    ),
    Screen("search-kept", "/-/search", person=ADMIN, prepare=keep_search),
    Screen("ask", "/-/ask?q=nextcloud"),
    Screen("ask-nothing", "/-/ask?q=xyzzyxyzzy", person=ADMIN),
    Screen("answers-to-write", "/-/faq-to-write", person=ADMIN),
    Screen("sign-in", "/-/login"),
    Screen("sign-up", "/-/signup"),
    Screen("changes", "/-/changes"),
    Screen("missing-page", "/Page-qui-manque", status=404),
    Screen("not-found", "/-/nulle-part", status=404),
    Screen("edit", f"{PAGE}/edit", ADMIN),
    Screen("edit-visual", "/Glossaire/edit", prepare=visual_mode),
    Screen("edit-section", f"{PAGE}/edit?section=h-avant-de-partir", ADMIN),
    Screen("move", f"{PAGE}/move", ADMIN),
    Screen("review", f"{PAGE}/review", ADMIN),
    Screen("template", f"{PAGE}/template", ADMIN),
    Screen("tree", "/-/tree?of=Migrer-une-association-vers-Nextcloud", ADMIN),
    Screen("favourites", "/-/favourites", ADMIN),
    Screen("tags", "/-/tags"),
    Screen("garden", "/-/garden"),
    Screen("garden-list", "/-/garden/wanted"),
    Screen("new-page", "/-/new", ADMIN),
    Screen("conflict", "/Bac-à-sable/edit", ADMIN, conflict),
    Screen("rights", f"{PAGE}/rights", ADMIN),
    Screen("share", f"{PAGE}/share", ADMIN, secret_link),
    Screen("lent", f"{PAGE}/share", ADMIN, lent),
    Screen("booklet", "/-/booklet?of=Offre-commune", ADMIN),
    Screen("booklet-read", "/-/booklet/read?of=Offre-commune"),
    Screen("talk", "/Glossaire", ADMIN, commented),
    Screen("comments", f"{PAGE}/comments", ADMIN),
    Screen("follows", "/-/follows", ADMIN),
    Screen("purge", f"{PAGE}/revisions/1/purge", ADMIN),
    Screen("entry-form", f"/-/forms/partenaires{ENTRY}/edit", ADMIN),
    Screen("new-entry", "/-/forms/partenaires/new", ADMIN),
    Screen("form-builder", "/-/forms/partenaires/edit?field=title", ADMIN),
    Screen("form-settings", "/-/forms/partenaires/settings", ADMIN),
    Screen("new-form", "/-/new-form", ADMIN),
    Screen("ready-made", "/-/new-form/partners", ADMIN),
    Screen("form-import", "/-/forms/partenaires/imports", ADMIN),
    Screen("form-open-data", "/-/forms/partenaires/open-data", ADMIN),
    Screen("form-arrivals", "/-/forms/partenaires/terms", ADMIN),
    Screen("moderation", "/-/forms/partenaires/queue", ADMIN),
    Screen("suggestions", "/-/forms/partenaires/suggestions", ADMIN),
    Screen("share-list", "/-/forms/partenaires/embedding", ADMIN),
    Screen("embedded", "/-/embed/forms/partenaires"),
    Screen("lists", "/-/lists", ADMIN),
    Screen("moving-out", f"/-/projects{STATION}/moving", ADMIN),
    Screen("moving-in", "/-/arrivals", ADMIN),
    Screen("wizard-last", "/-/projects/new", ADMIN, third_step),
    Screen("arrange", f"/-/projects{STATION}/arrange", ADMIN),
    Screen("people", f"/-/projects{STATION}/people", ADMIN),
    Screen("wizard", "/-/projects/new", ADMIN),
    Screen("wizard-platforms", "/-/projects/new", ADMIN, second_step),
    Screen("my-station", "/-/me", ADMIN),
    Screen("dates", "/-/projects/dates?project=Offre-commune"),
    Screen("is-it-necessary", "/-/meetings/new?asked=1&aim=inform&enough=yes", ADMIN),
    Screen("meeting", MEETING, ADMIN),
    Screen("attendance", f"{MEETING}/attendance"),
    Screen("minutes", f"{MEETING}/minutes", ADMIN, noting),
    Screen("end-of-meeting", f"{MEETING}/end", ADMIN),
    Screen("new-poll", f"{STATION}/dates", ADMIN),
    Screen("poll", f"{STATION}/dates", ADMIN, polled),
    Screen("upkeep", f"/-/projects{STATION}/upkeep", ADMIN),
    Screen("weather", f"/-/projects{STATION}/weather", ADMIN),
    Screen("profile", "/-/profile", ADMIN),
    Screen("admin", "/-/admin", ADMIN),
    Screen("admin-appearance", "/-/admin/appearance", ADMIN),
    Screen("admin-site", "/-/admin/site", ADMIN),
    Screen("admin-people", "/-/admin/people", ADMIN),
    Screen("admin-changes", "/-/admin/changes?who=ines&since=2000-01-01T00:00", ADMIN),
)
