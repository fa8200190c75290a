"""People without account, who fill in a form as a browser would: with its seal and its little work."""

from __future__ import annotations

import itertools
import re

from wiki.bazar.entries import antispam


def opened(browser, url: str, *, works: bool = True) -> dict[str, str]:
    """Open a form; return what its hidden inputs send, the proof found when the browser works."""
    text = browser.get(url).text
    seal = re.search(r'name="_seal" value="([^"]+)"', text).group(1)
    if not works:
        return {"_seal": seal}
    found = next(at for at in itertools.count() if antispam.proves(seal, str(at)))
    return {"_seal": seal, "_proof": str(found)}
