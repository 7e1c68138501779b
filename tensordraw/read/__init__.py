"""Text that becomes a diagram: einsum strings."""
