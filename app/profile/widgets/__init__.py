"""One module a widget: its name is that of its template, its address, its element and its test. Nothing to register."""
