"""The window: turns Qt events into editor events, paints the display list, performs effects. The only importer of Qt."""
