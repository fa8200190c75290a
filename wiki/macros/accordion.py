"""An accordion: panels that fold, one under the other."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from wiki.macros.base import Call, Macro


class Accordion(Macro):
    """Holds `{{panel}}` texts, all of them folded but what one opens."""

    name: ClassVar[str] = "accordion"
    label = _l("Accordion")
    help = _l("Questions and answers, or any texts that unfold.")
    icon = "chevron-down"
    paired = True
    sample = _l(
        '{{panel title="A question"}}\nIts answer.\n{{/panel}}\n'
        '{{panel title="Another one"}}\nIts answer.\n{{/panel}}'
    )

    def context(self, call: Call) -> dict[str, Any] | None:
        return {}
