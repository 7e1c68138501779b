function M = forward(A, v, B)
% Returns [i, j] of these arrays, each with its axes and their sizes:
%
%   A  [i 2, alpha 3]
%   v  [beta 4]
%   B  [beta 4, alpha 3, j 5]
%
% ncon.m is the network contractor of arXiv:1402.0939.
% An array of one axis is a column, one of none a number. Written by tensordraw for MATLAB and Octave.
    M = ncon({A, v, B}, {[-1 2], [1], [1 2 -2]});  % [i, j]
end
