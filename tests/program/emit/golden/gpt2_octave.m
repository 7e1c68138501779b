function result = forward(tokens, W_E, W_P, W_Q, W_K, W_V, W_O, W_in, W_out, W_U)
% Returns [seq, vocab] of these arrays, each with its axes and their sizes:
%
%   tokens  [seq 5], integers from 0
%   W_E     [vocab 11, hidden 8]
%   W_P     [seq 5, hidden 8]
%   W_Q     [layer 2, head 2, head_size 4, hidden 8]
%   W_K     [layer 2, head 2, head_size 4, hidden 8]
%   W_V     [layer 2, head 2, head_size 4, hidden 8]
%   W_O     [layer 2, head 2, hidden 8, head_size 4]
%   W_in    [layer 2, mlp 32, hidden 8]
%   W_out   [layer 2, hidden 8, mlp 32]
%   W_U     [vocab 11, hidden 8]
%
% ncon.m is the network contractor of arXiv:1402.0939.
% An array of one axis is a column, one of none a number. Written by tensordraw for MATLAB and Octave.
    head_size = size(W_Q, 3);
    resid = W_E(tokens + 1, :) + W_P;  % [seq, hidden]
    for layer = 1:2
        W_Q_layer = squeeze(W_Q(layer, :, :, :));  % [head, head_size, hidden]
        W_K_layer = squeeze(W_K(layer, :, :, :));  % [head, head_size, hidden]
        q = ncon({resid, W_Q_layer}, {[-1 1], [-2 -3 1]});  % [query, head, head_size]
        k = ncon({resid, W_K_layer}, {[-1 1], [-2 -3 1]});  % [key, head, head_size]
        pre_scores = ncon({q, k, delta(2, 3)}, {[-2 1 2], [-3 3 2], [1 3 -1]}) / sqrt(head_size);  % [head, query, key]
        scores = causal_mask(pre_scores, 2, 3);  % [head, query, key]
        pattern = softmax(scores, 3);  % [head, query, key]
        W_V_layer = squeeze(W_V(layer, :, :, :));  % [head, head_size, hidden]
        W_O_layer = squeeze(W_O(layer, :, :, :));  % [head, hidden, head_size]
        v = ncon({resid, W_V_layer}, {[-1 1], [-2 -3 1]});  % [key, head, head_size]
        pattern_v = ncon({pattern, v, delta(2, 3)}, {[3 -2 2], [2 1 -3], [3 1 -1]});  % [head, query, head_size]
        attention = ncon({W_O_layer, pattern_v}, {[1 -2 2], [1 -1 2]});  % [query, hidden]
        resid_mid = resid + attention;  % [seq, hidden]
        W_in_layer = squeeze(W_in(layer, :, :));  % [mlp, hidden]
        pre_mlp_hidden = ncon({resid_mid, W_in_layer}, {[-1 1], [-2 1]});  % [seq, mlp]
        mlp_hidden = gelu_tanh(pre_mlp_hidden);  % [seq, mlp]
        W_out_layer = squeeze(W_out(layer, :, :));  % [hidden, mlp]
        mlp = ncon({mlp_hidden, W_out_layer}, {[-1 1], [-2 1]});  % [seq, hidden]
        resid = resid_mid + mlp;  % [seq, hidden]
    end
    result = ncon({resid, W_U}, {[-1 1], [-2 1]});  % [seq, vocab]
end

function y = gelu_tanh(x)
% GELU by its tanh approximation, as in GPT-2.
    y = 0.5 * x .* (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x .^ 3)));
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
