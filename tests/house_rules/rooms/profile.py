"""The profile page: its addresses."""

DECLARED = {
    "person": """
        GET /me
        GET /me/widgets/<string:slug>
    """,
}
NO_WORDS: set[str] = set()


def furnish(_there):
    """Nothing of its own stands there yet."""
    return {}
