"""The routes of people: sign-in, sign-up, reset, profile, language. One module for each."""

from wiki.accounts.routes import language, profile, reset, sign_in, sign_up, tokens
from wiki.accounts.routes.blueprint import blueprint

__all__ = ["blueprint", "language", "profile", "reset", "sign_in", "sign_up", "tokens"]
