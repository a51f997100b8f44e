"""Signing in, and being recognised by other systems (OpenID Connect): django-allauth under our words and rules."""
