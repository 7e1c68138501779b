"""The picture: geometry, routing, labels and themes give one display list; its printers write it as SVG and PNG."""
