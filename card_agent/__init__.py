"""The card agent: a small program on a person's own computer that reads a Belgian eID for one paired portal page.

It listens on nothing. It speaks to the portals in its own list, over TLS, and touches the card only after the person
has typed the page's code, confirmed in the browser that showed it, and agreed in the agent's own window.
"""

VERSION = "1.0"
NAME = f"parvis-card-agent/{VERSION}"
