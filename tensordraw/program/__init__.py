"""The meaning: a small SSA program, how a diagram lowers to it, passes, plans, evaluation, code."""
