"""The manual: the same for everybody; it keeps nothing."""

DECLARED = {
    "public": """
        GET /manual
        GET /manual/<string:slug>
        GET,POST /manual/question
        GET /manual/question/sent
    """,
}
NO_WORDS = set()


def furnish(_there):
    return {}
