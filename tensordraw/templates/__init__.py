"""Ready-made diagrams by name: functions that build a document from a few parameters.

`template("gpt2", layers=2)` builds one; `templates()` lists them with what can be set. Each is laid out by hand, as a
figure in a paper would be; `catalog.py` is the table, the other files build.
"""

from tensordraw.templates.catalog import Parameter, Template, template, templates

__all__ = ["Parameter", "Template", "template", "templates"]
