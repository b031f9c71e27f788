"""Configurators at their screens."""

from screens import screen_of, site

__all__ = ["screen_of", "site"]
