"""What a person and a practice write to each other: asked, answered, forwarded, with files, on both sides."""
