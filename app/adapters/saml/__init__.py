"""SAML 2.0: the government's identity provider, and a fake of it."""
