"""The ports of repeats follow what is wired across their borders.

No wire crosses the border of a repeat: it goes through a port, four leg ends in one space. Edits that move nodes in
or out of a repeat, or connect across its border, call `settle_ports` and need not think of it.
"""

from __future__ import annotations

from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import ROOT, Add, Copy, Id, Leg, Port, Repeat, Tensor, node_legs, port_legs


def settle_ports(draft: Draft) -> None:
    """Give each wire across a repeat's border a port, join what no longer needs one, and drop ports that serve
    nothing."""
    if not any(isinstance(region, Repeat) for region in draft.regions.values()):
        return
    _rejoin_leavers(draft)
    scopes = _scopes(draft)
    waiting = list(draft.wires)
    while waiting:
        wire = draft.wires[waiting.pop()]
        a, b = wire.ends
        inner = _crossed(draft, scopes[a], scopes[b])
        end, far = a, b
        if inner is None:
            inner, end, far = _crossed(draft, scopes[b], scopes[a]), b, a
        if inner is None:
            continue
        outside, inside = _free_port_ends(draft, inner, end)
        draft.wires.pop(wire.id)
        draft.wires[wire.id] = replace(wire, ends=(inside, end), inside=None)
        more = draft.wire(far, outside, wire.label)
        scopes = _scopes(draft)
        waiting += [wire.id, more.id]
    draft.rewire()


def enclose_open_legs(draft: Draft, repeat: Id) -> None:
    """Wire the unbound open legs inside the repeat to its ports, so that it composes what it holds."""
    wired = {end for wire in draft.wires.values() for end in wire.ends}
    loose = [
        leg
        for node in draft.nodes.values()
        if repeat in draft.ancestors(node.inside)
        for leg in node_legs(node)
        if leg.id not in wired and leg.index is None
    ]
    # Incoming legs first: they open the ports that outgoing ones complete.
    for leg in sorted(loose, key=lambda leg: not _is_incoming(draft, leg.id)):
        _, inside = _free_port_ends(draft, repeat, leg.id)
        draft.wire(inside, leg.id)


def swap_port(draft: Draft, repeat: Id, port: Id) -> None:
    """Exchange what comes in and what goes out through a port."""
    region = draft.regions[repeat]
    if not isinstance(region, Repeat):
        return
    ports = tuple(
        Port(p.id, p.outer_out, p.inner_out, p.inner_in, p.outer_in) if p.id == port else p for p in region.ports
    )
    draft.regions[repeat] = replace(region, ports=ports)


def remove_port(draft: Draft, repeat: Id, port: Id) -> None:
    """Take a port away with the wires on its four ends."""
    region = draft.regions[repeat]
    if isinstance(region, Repeat):
        draft.regions[repeat] = replace(region, ports=tuple(p for p in region.ports if p.id != port))
        draft.rewire()


def _scopes(draft: Draft) -> dict[Id, Id]:
    """Leg end to the region it lies in."""
    found = {leg.id: node.inside for node in draft.nodes.values() for leg in node_legs(node)}
    for region in draft.regions.values():
        if isinstance(region, Repeat):
            for port in region.ports:
                found[port.outer_in.id] = found[port.outer_out.id] = region.inside
                found[port.inner_in.id] = found[port.inner_out.id] = region.id
    return found


def _crossed(draft: Draft, inside: Id, outside: Id) -> Id | None:
    """The innermost repeat around `inside` that does not hold `outside`."""
    around = set(draft.ancestors(outside))
    for region in draft.ancestors(inside):
        if region != ROOT and region not in around and isinstance(draft.regions[region], Repeat):
            return region
    return None


def _leg(draft: Draft, end: Id) -> Leg:
    for node in draft.nodes.values():
        for leg in node_legs(node):
            if leg.id == end:
                return leg
    for region in draft.regions.values():
        if isinstance(region, Repeat):
            for port in region.ports:
                for leg in port_legs(port):
                    if leg.id == end:
                        return leg
    raise KeyError(end)


def _is_incoming(draft: Draft, end: Id) -> bool:
    """Whether a leg inside takes the state in: operands do; of a tensor the last leg does, as in `y_i = W_ij x_j`."""
    for node in draft.nodes.values():
        legs = list(node_legs(node))
        if all(leg.id != end for leg in legs):
            continue
        match node:
            case Copy():
                return any(leg.id == end for leg in node.into)
            case Add():
                return all(leg.id != end for leg in node.out)
            case Tensor():
                return len(legs) > 1 and legs[-1].id == end
            case _:
                return legs[-1].id == end
    return False


def _free_port_ends(draft: Draft, repeat: Id, end: Id) -> tuple[Id, Id]:
    """The outer and inner end of a port side for the leg `end` inside the repeat; a half used port is completed
    first."""
    leg = _leg(draft, end)
    wired = {e for wire in draft.wires.values() for e in wire.ends}
    region = draft.regions[repeat]
    ports = region.ports if isinstance(region, Repeat) else ()
    incoming = _is_incoming(draft, end)
    for wanted in (incoming, not incoming):
        for port in ports:
            sides = {True: (port.outer_in, port.inner_in), False: (port.outer_out, port.inner_out)}
            free = all(side.id not in wired for side in sides[wanted])
            half_used = any(side.id in wired for side in sides[not wanted])
            if port.outer_in.space == leg.space and free and half_used:
                return sides[wanted][0].id, sides[wanted][1].id
    made = draft.port(repeat, leg.space, leg.label)
    return (made.outer_in.id, made.inner_in.id) if incoming else (made.outer_out.id, made.inner_out.id)


def _rejoin_leavers(draft: Draft) -> None:
    """Where a node that is now outside is wired to the inside of a port, wire it to what was outside of that port."""
    for region in list(draft.regions.values()):
        if not isinstance(region, Repeat):
            continue
        touched = []
        for port in region.ports:
            for inner, outer in ((port.inner_in, port.outer_in), (port.inner_out, port.outer_out)):
                end = draft.partner(inner.id)
                if end is None or region.id in draft.ancestors(draft.scope_of(end)):
                    continue
                touched.append(port)
                far = draft.partner(outer.id)
                gone = [w.id for w in draft.wires.values() if inner.id in w.ends or outer.id in w.ends]
                draft.remove(gone)
                if far is not None and far != end:
                    draft.wire(far, end)
        for port in touched:
            if all(draft.partner(leg.id) is None for leg in port_legs(port)):
                remove_port(draft, region.id, port.id)
