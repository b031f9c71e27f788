"""What every page shares: templates, languages, error pages, headers, static files.

Features bring their own routes and templates; this room knows no table and no feature.
"""
