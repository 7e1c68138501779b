# Julia with TensorOperations.jl, written by tensordraw.

using TensorOperations

"Exponentials that add up to 1 along an axis."
function softmax(x; dims)
    weights = exp.(x .- maximum(x; dims=dims))
    return weights ./ sum(weights; dims=dims)
end

"Minus infinity where the key comes after the query."
causal_mask(x, query, key) = [at[key] <= at[query] ? x[at] : oftype(x[at], -Inf) for at in CartesianIndices(x)]

"""
Returns [query, hidden] of these arrays, each with its axes and their sizes:

    x    [query 6, hidden 8]
    W_Q  [head 2, head_size 4, hidden 8]
    W_K  [head 2, head_size 4, hidden 8]
    W_V  [head 2, head_size 4, hidden 8]
    W_O  [head 2, hidden 8, head_size 4]
"""
function forward(x, W_Q, W_K, W_V, W_O)
    head_size = size(W_Q, 2)
    @tensor q[query, head, head_size] := x[query, hidden] * W_Q[head, head_size, hidden]
    @tensor k[key, head, head_size] := x[key, hidden] * W_K[head, head_size, hidden]
    pre_scores = [
        sum(q[query, head, head_size] * k[key, head, head_size] for head_size in axes(q, 3)) for
        head in axes(q, 2), query in axes(q, 1), key in axes(k, 1)
    ] / sqrt(head_size)  # [head, query, key]
    scores = causal_mask(pre_scores, 2, 3)  # [head, query, key]
    pattern = softmax(scores; dims=3)  # [head, query, key]
    @tensor v[key, head, head_size] := x[key, hidden] * W_V[head, head_size, hidden]
    pattern_v = [
        sum(pattern[head, query, key] * v[key, head, head_size] for key in axes(pattern, 3)) for
        head in axes(pattern, 1), query in axes(pattern, 2), head_size in axes(v, 3)
    ]  # [head, query, head_size]
    @tensor attention[query, hidden] := W_O[head, hidden, head_size] * pattern_v[head, query, head_size]
    return attention
end
