function result = ncon(tensors, legs)
% Contracts a network: positive legs stand twice and are summed, -1, -2, ... are the legs of the result in this order.
%
% A small stand-in for the network contractor of arXiv:1402.0939, for tests. It is strict: every positive leg has to
% stand exactly twice, every negative one once, and the network has to hang together.
    assert(numel(tensors) == numel(legs), 'as many lists of legs as tensors');
    every = [legs{:}];
    for leg = unique(every)
        wanted = 1 + (leg > 0);
        assert(sum(every == leg) == wanted, sprintf('leg %d stands %d times', leg, sum(every == leg)));
    end
    assert(isequal(sort(every(every < 0), 'descend'), -(1:sum(every < 0))), 'open legs are -1, -2, ...');
    assert(isequal(unique(every(every > 0)), 1:sum(every > 0) / 2), 'joined legs are 1, 2, ...');
    for k = 1:numel(tensors)
        assert(ndims(tensors{k}) <= max(2, numel(legs{k})), 'a leg for each axis');
        assert(numel(legs{k}) > 1 || size(tensors{k}, 2) == 1, 'one leg is a column');
        [tensors{k}, legs{k}] = traced(tensors{k}, legs{k});
    end
    while numel(tensors) > 1
        next = min(cellfun(@(own) min([own(own > 0), Inf]), legs));
        assert(isfinite(next), 'the network hangs together');
        pair = find(cellfun(@(own) any(own == next), legs));
        [tensors{pair(1)}, legs{pair(1)}] = contracted(tensors{pair}, legs{pair});
        tensors(pair(2)) = [];
        legs(pair(2)) = [];
    end
    result = tensors{1};
    if numel(legs{1}) > 1
        [~, order] = sort(legs{1}, 'descend');
        result = permute(result, order);
    end
end

function [x, own] = traced(x, own)
    for leg = unique(own(own > 0))
        pair = find(own == leg);
        if numel(pair) == 2
            rest = setdiff(1:numel(own), pair);
            sizes = arrayfun(@(axis) size(x, axis), 1:numel(own));
            x = reshape(permute(x, [pair, rest]), sizes(pair(1)) * sizes(pair(2)), []);
            x = reshape(sum(x(1:sizes(pair(1)) + 1:end, :), 1), [sizes(rest), 1, 1]);
            own = own(rest);
        end
    end
end

function [z, own] = contracted(x, y, left, right)
    both = intersect(left(left > 0), right(right > 0));
    [~, on_left] = ismember(both, left);
    [~, on_right] = ismember(both, right);
    rest = {setdiff(1:numel(left), on_left), setdiff(1:numel(right), on_right)};
    sizes = {arrayfun(@(axis) size(x, axis), 1:numel(left)), arrayfun(@(axis) size(y, axis), 1:numel(right))};
    x = reshape(permuted(x, [rest{1}, on_left]), prod(sizes{1}(rest{1})), []);
    y = reshape(permuted(y, [on_right, rest{2}]), [], prod(sizes{2}(rest{2})));
    z = reshape(x * y, [sizes{1}(rest{1}), sizes{2}(rest{2}), 1, 1]);
    own = [left(rest{1}), right(rest{2})];
end

function x = permuted(x, order)
    if numel(order) > 1
        x = permute(x, order);
    end
end
