"""The screens of macros: their help, the components dialog, slides, contact forms."""

from wiki.macros.routes import contact, dialog, reference, slides  # noqa: F401 - each adds its routes
from wiki.macros.routes.blueprint import blueprint

__all__ = ["blueprint"]
