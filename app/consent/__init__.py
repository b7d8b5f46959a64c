"""The texts a practice publishes, by version, and who accepted which, when and how."""
