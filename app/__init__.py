"""The portal. Start reading at factory.py."""
