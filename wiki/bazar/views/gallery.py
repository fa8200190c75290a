"""Entries by their images."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import lazy_gettext as _l

from wiki.bazar.views.portraits import PortraitsView


class GalleryView(PortraitsView):
    """Images with a caption; it needs a field of images."""

    name: ClassVar[str] = "gallery"
    summary = "images"
    label = _l("Gallery")
    icon = "image"
