"""The users' manual inside the product, and the forms for what it does not answer."""
