# Julia with TensorOperations.jl, written by tensordraw.

using TensorOperations

"GELU by its tanh approximation, as in GPT-2."
gelu_tanh(x) = @. x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))) / 2

"Exponentials that add up to 1 along an axis."
function softmax(x; dims)
    weights = exp.(x .- maximum(x; dims=dims))
    return weights ./ sum(weights; dims=dims)
end

"Minus infinity where the key comes after the query."
causal_mask(x, query, key) = [at[key] <= at[query] ? x[at] : oftype(x[at], -Inf) for at in CartesianIndices(x)]

"""
Returns [seq, vocab] of these arrays, each with its axes and their sizes:

    tokens  [seq 5], integers from 0
    W_E     [vocab 11, hidden 8]
    W_P     [seq 5, hidden 8]
    W_Q     [layer 2, head 2, head_size 4, hidden 8]
    W_K     [layer 2, head 2, head_size 4, hidden 8]
    W_V     [layer 2, head 2, head_size 4, hidden 8]
    W_O     [layer 2, head 2, hidden 8, head_size 4]
    W_in    [layer 2, mlp 32, hidden 8]
    W_out   [layer 2, hidden 8, mlp 32]
    W_U     [vocab 11, hidden 8]
"""
function forward(tokens, W_E, W_P, W_Q, W_K, W_V, W_O, W_in, W_out, W_U)
    head_size = size(W_Q, 3)
    resid = W_E[tokens .+ 1, :] + W_P  # [seq, hidden]
    for layer in 1:2
        W_Q_layer = W_Q[layer, :, :, :]  # [head, head_size, hidden]
        W_K_layer = W_K[layer, :, :, :]  # [head, head_size, hidden]
        @tensor q[query, head, head_size] := resid[query, hidden] * W_Q_layer[head, head_size, hidden]
        @tensor k[key, head, head_size] := resid[key, hidden] * W_K_layer[head, head_size, hidden]
        pre_scores = [
            sum(q[query, head, head_size] * k[key, head, head_size] for head_size in axes(q, 3)) for
            head in axes(q, 2), query in axes(q, 1), key in axes(k, 1)
        ] / sqrt(head_size)  # [head, query, key]
        scores = causal_mask(pre_scores, 2, 3)  # [head, query, key]
        pattern = softmax(scores; dims=3)  # [head, query, key]
        W_V_layer = W_V[layer, :, :, :]  # [head, head_size, hidden]
        W_O_layer = W_O[layer, :, :, :]  # [head, hidden, head_size]
        @tensor v[key, head, head_size] := resid[key, hidden] * W_V_layer[head, head_size, hidden]
        pattern_v = [
            sum(pattern[head, query, key] * v[key, head, head_size] for key in axes(pattern, 3)) for
            head in axes(pattern, 1), query in axes(pattern, 2), head_size in axes(v, 3)
        ]  # [head, query, head_size]
        @tensor attention[query, hidden] := W_O_layer[head, hidden, head_size] *
            pattern_v[head, query, head_size]
        resid_mid = resid + attention  # [seq, hidden]
        W_in_layer = W_in[layer, :, :]  # [mlp, hidden]
        @tensor pre_mlp_hidden[seq, mlp] := resid_mid[seq, hidden] * W_in_layer[mlp, hidden]
        mlp_hidden = gelu_tanh(pre_mlp_hidden)  # [seq, mlp]
        W_out_layer = W_out[layer, :, :]  # [hidden, mlp]
        @tensor mlp[seq, hidden] := mlp_hidden[seq, mlp] * W_out_layer[hidden, mlp]
        resid = resid_mid + mlp  # [seq, hidden]
    end
    @tensor result[seq, vocab] := resid[seq, hidden] * W_U[vocab, hidden]
    return result
end
