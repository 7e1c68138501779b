"""The panels around the canvas: palette, outline, inspector, code, problems, values, log."""
