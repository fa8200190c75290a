"""What people call roles, visibilities and ways to join."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

ROLE_WORDS = {
    "referent": _l("referent"),
    "gardener": _l("gardener"),
    "member": _l("member"),
    "guest": _l("guest"),
    "": _l("member"),
}
ROLE_MEANS = {
    "referent": _l("answers for the project: its people, its doors, its end"),
    "gardener": _l("keeps it in order: arranges, invites, welcomes"),
    "member": _l("writes, adds, takes part"),
    "guest": _l("reads, and changes nothing"),
}
VISIBILITY_WORDS = {
    "public": _l("Everyone"),
    "network": _l("Signed-in people"),
    "members": _l("Its people only"),
    "discreet": _l("Its people only, and no list names it"),
}
JOINING_WORDS = {
    "open": _l("In one click"),
    "request": _l("On request: its referents answer"),
    "invitation": _l("By an invitation link"),
}
