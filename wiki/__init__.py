"""Gare: a lightweight wiki for networks that cooperate."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("gare")
except PackageNotFoundError:
    __version__ = "0"
