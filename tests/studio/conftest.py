"""Configurators at their screens."""

from screens import chromium, screen_of, site

__all__ = ["chromium", "screen_of", "site"]
