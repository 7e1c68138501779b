function attention = forward(x, W_Q, W_K, W_V, W_O)
% Returns [query, hidden] of these arrays, each with its axes and their sizes:
%
%   x    [query 6, hidden 8]
%   W_Q  [head 2, head_size 4, hidden 8]
%   W_K  [head 2, head_size 4, hidden 8]
%   W_V  [head 2, head_size 4, hidden 8]
%   W_O  [head 2, hidden 8, head_size 4]
%
% ncon.m is the network contractor of arXiv:1402.0939.
% An array of one axis is a column, one of none a number. Written by tensordraw for MATLAB and Octave.
    head_size = size(W_Q, 2);
    q = ncon({x, W_Q}, {[-1 1], [-2 -3 1]});  % [query, head, head_size]
    k = ncon({x, W_K}, {[-1 1], [-2 -3 1]});  % [key, head, head_size]
    pre_scores = ncon({q, k, delta(2, 3)}, {[-2 1 2], [-3 3 2], [1 3 -1]}) / sqrt(head_size);  % [head, query, key]
    scores = causal_mask(pre_scores, 2, 3);  % [head, query, key]
    pattern = softmax(scores, 3);  % [head, query, key]
    v = ncon({x, W_V}, {[-1 1], [-2 -3 1]});  % [key, head, head_size]
    pattern_v = ncon({pattern, v, delta(2, 3)}, {[3 -2 2], [2 1 -3], [3 1 -1]});  % [head, query, head_size]
    attention = ncon({W_O, pattern_v}, {[1 -2 2], [1 -1 2]});  % [query, hidden]
end

function y = softmax(x, axis)
% Exponentials that add up to 1 along the axis.
    weights = exp(x - max(x, [], axis));
    y = weights ./ sum(weights, axis);
end

function p = along(x, axis)
% The positions 1, 2, ... along an axis of x, in a shape that broadcasts against x.
    p = reshape(1:size(x, axis), [ones(1, axis - 1), size(x, axis), 1]);
end

function y = causal_mask(x, query, key)
% Minus infinity where the key comes after the query.
    y = x;
    y(along(x, key) > along(x, query) & true(size(x))) = -Inf;
end

function y = delta(n, axes)
% The copy tensor: 1 where all indices agree, else 0.
    y = zeros([n * ones(1, axes), 1]);
    y(linspace(1, n ^ axes, n)) = 1;
end
