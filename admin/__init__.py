"""The admin panel: Piccolo Admin behind the shared gate, in Chinese, scoped to the tenant."""

from admin.panel import build_panel, may_enter

__all__ = ["build_panel", "may_enter"]
