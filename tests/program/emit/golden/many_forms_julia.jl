# Julia with TensorOperations.jl, written by tensordraw.

using SpecialFunctions: erf
using TensorOperations

"x times the normal distribution function of x."
gelu(x) = @. x * (1 + erf(x / sqrt(2))) / 2

"Exponentials that add up to 1 along an axis."
function softmax(x; dims)
    weights = exp.(x .- maximum(x; dims=dims))
    return weights ./ sum(weights; dims=dims)
end

"""
Returns state [n] and p [key] of these arrays, each with its axes and their sizes:

    U    [layer 3, n 4, m 4]
    x_0  [n 4] (called x^{0} in the diagram)
"""
function forward(U, x_0)
    T = eltype(U)
    state = x_0  # [n]
    for layer in 1:3
        U_layer = U[layer, :, :]  # [n, m]
        @tensor w[m] := conj(U_layer[n, m]) * state[n]
        for turn in 1:2
            w = gelu(w)  # [m]
        end
        state = w  # [n]
    end
    mask = T[key <= query for query in 1:4, key in 1:4]  # [query, key]
    @tensor masked[key] := mask[n, key] * state[n]
    p = softmax(masked; dims=1)  # [key]
    return (; state, p)
end
