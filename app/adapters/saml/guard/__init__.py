"""What stands before and after the SAML library, which leaves open what is checked here: pure functions on bytes and trees.

In order: `envelope` (size, one value, strict base64), `shape` (nothing in the document but what belongs there, before and
after decryption), the library (signatures, schema), `claims` (said to us, in answer to this question, now, surely enough).
Each refusal is NotProved with a word of its own. tests/saml holds the documents that decide; tools/mutants.py changes
every line here and sees a test turn red.
"""
