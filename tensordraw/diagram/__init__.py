"""The document: frozen records, edits, scopes and signatures, problems, history, the file format."""
