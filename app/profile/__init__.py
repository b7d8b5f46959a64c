"""The person's own page: widgets that read every room, each by itself, arranged as the person likes."""
