# Julia with TensorOperations.jl, written by tensordraw.

using TensorOperations

"""
Returns [i, j] of these arrays, each with its axes and their sizes:

    A  [i 2, alpha 3]
    v  [beta 4]
    B  [beta 4, alpha 3, j 5]
"""
function forward(A, v, B)
    @tensor M[i, j] := A[i, α] * (v[β] * B[β, α, j])
    return M
end
