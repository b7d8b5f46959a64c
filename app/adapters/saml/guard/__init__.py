"""What stands before and after the SAML library and checks what it leaves open: pure functions on bytes and trees.

In order: `envelope` (size, one value, strict base64), `shape` (nothing in the document but what belongs there, before
and after decryption), the library (signatures, schema), `claims` (said to us, in answer to this question, now, surely
enough). Each refusal is NotProved with a word of its own. tests/saml holds the documents that decide; `make mutants`
changes every condition here and sees a document judged otherwise.
"""
