function results = forward(U, x_0)
% Returns state [n] and p [key] of these arrays, each with its axes and their sizes:
%
%   U    [layer 3, n 4, m 4]
%   x_0  [n 4] (called x^{0} in the diagram)
%
% ncon.m is the network contractor of arXiv:1402.0939.
% An array of one axis is a column, one of none a number. Written by tensordraw for MATLAB and Octave.
    state = x_0;  % [n]
    for layer = 1:3
        U_layer = squeeze(U(layer, :, :));  % [n, m]
        w = ncon({conj(U_layer), state}, {[1 -1], [1]});  % [m]
        for turn = 1:2
            w = gelu(w);  % [m]
        end
        state = w;  % [n]
    end
    mask = tril(ones(4, 4));  % [query, key]
    masked = ncon({mask, state}, {[1 -1], [1]});  % [key]
    p = softmax(masked, 1);  % [key]
    results.state = state;
    results.p = p;
end

function y = gelu(x)
% x times the normal distribution function of x.
    y = 0.5 * x .* (1 + erf(x / sqrt(2)));
end

function y = softmax(x, axis)
% Exponentials that add up to 1 along the axis.
    weights = exp(x - max(x, [], axis));
    y = weights ./ sum(weights, axis);
end
