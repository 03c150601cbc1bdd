"""The programme as Polars expressions: leaves, then groups and counts, then total and class."""

import sys
import time

import polars as pl
from programme import Programme, column, leaf_name
from protocol import serve


def number(value):
    return pl.lit(value, dtype=pl.Int32)


def wide(at):
    return pl.col(column(at)).cast(pl.Int64)


def points(leaf):
    """Points of a leaf; null without data."""
    first = pl.col(column(leaf.columns[0]))
    known = first.is_not_null()
    if len(leaf.columns) == 2:
        second = pl.col(column(leaf.columns[1]))
        known = known & (second > 0 if leaf.is_share else second.is_not_null())
    if leaf.kind == "less":
        found = (number(leaf.points) - first * leaf.each).clip(lower_bound=leaf.floor)
    elif leaf.kind == "each":
        found = (first * leaf.each).clip(upper_bound=leaf.points)
    elif leaf.kind == "linear":
        found = linear(leaf)
    else:
        found = by_steps(leaf, first)
    return pl.when(known).then(found).otherwise(None)


def by_steps(leaf, first):
    def passes(numerator, denominator):
        if len(leaf.columns) == 1:
            assert denominator == 1
            return first >= numerator
        return wide(leaf.columns[0]) * denominator >= wide(leaf.columns[1]) * numerator

    if leaf.at_most:
        assert len(leaf.columns) == 1 and leaf.at_most[1] == 1
        return pl.when(first <= leaf.at_most[0]).then(number(leaf.points)).otherwise(number(0))
    (numerator, denominator, most), *others = leaf.steps
    chain = pl.when(passes(numerator, denominator)).then(number(most))
    for numerator, denominator, fewer in others:
        chain = chain.when(passes(numerator, denominator)).then(number(fewer))
    return chain.otherwise(number(0))


def linear(leaf):
    (low, scale), (high, other) = leaf.low, leaf.high
    assert scale == other and high > low
    if len(leaf.columns) == 1:
        above = wide(leaf.columns[0]).clip(low, high) - low
        return ((above * (2 * leaf.points) + (high - low)).floordiv(2 * (high - low))).cast(pl.Int32)
    part, whole = wide(leaf.columns[0]) * scale, wide(leaf.columns[1])
    above = part - whole * low
    rounded = (above * (2 * leaf.points) + whole * (high - low)).floordiv(whole * (2 * (high - low)))
    below = pl.when(part <= whole * low).then(number(0)).when(part >= whole * high).then(number(leaf.points))
    return below.otherwise(rounded.cast(pl.Int32))


def added(terms):
    first, *others = terms
    for term in others:
        first = first + term
    return first


def query(programme, frame, with_points):
    leaves = [pl.col(leaf_name(at)) for at in range(len(programme.leaves))]
    made = [points(leaf).alias(leaf_name(at)) for at, leaf in enumerate(programme.leaves)]
    extras = [points(extra).fill_null(0).alias(f"x{at}") for at, (extra, _) in enumerate(programme.extras)]
    gates = [points(gate).alias(f"g{at}") for at, (gate, _) in enumerate(programme.gates)]
    frame = frame.select(*made, *extras, *gates)
    groups = []
    for at, cap in enumerate(programme.caps):
        inside = [leaves[i].fill_null(0) for i, leaf in enumerate(programme.leaves) if leaf.group == at]
        groups.append(pl.min_horizontal(added(inside), number(cap)).alias(f"s{at}"))
    met = [(leaves[i] >= leaf.met_at).fill_null(False).cast(pl.Int32) for i, leaf in enumerate(programme.leaves)]
    no_data = [leaf.is_null().cast(pl.Int32) for leaf in leaves]
    frame = frame.with_columns(*groups, added(met).alias("met"), added(no_data).alias("no_data"))
    signed = [pl.col(f"x{at}") * (-1 if penalty else 1) for at, (_, penalty) in enumerate(programme.extras)]
    sums = [pl.col(f"s{at}") for at in range(len(programme.caps))]
    frame = frame.with_columns(added(sums + signed).clip(lower_bound=0).alias("total"))
    base = number(0)
    for at, asks in enumerate(programme.classes, 1):
        meets = (pl.col("total") >= asks["points"]) & (pl.col("met") >= asks["met"])
        if asks["share"]:
            part, whole = asks["share"]
            reached = [pl.col(f"s{g}") * whole >= cap * part for g, cap in enumerate(programme.caps)]
            meets = meets & pl.all_horizontal(reached)
        base = pl.when(meets).then(number(at)).otherwise(base)
    frame = frame.with_columns(base.alias("base"))
    found, is_open = pl.col("base"), pl.col("no_data") > programme.no_data_most
    out = pl.lit(False)
    for at, (_, at_most) in enumerate(programme.gates):
        gate = pl.col(f"g{at}")
        is_open = is_open | gate.is_null()
        if at_most == 0:
            out = out | (gate == 0).fill_null(False)
        else:
            found = pl.when((gate == 0) & (found > at_most)).then(number(at_most)).otherwise(found)
    result = pl.when(out).then(number(0)).when(is_open).then(None).otherwise(found).alias("class")
    unmet = (len(leaves) - pl.col("met") - pl.col("no_data")).alias("unmet")
    return frame.select("total", result, "met", unmet, "no_data", *(leaves if with_points else []))


def main(programme_file, data_file):
    programme = Programme(programme_file)
    frame = pl.read_parquet(data_file).lazy()
    # Each form runs in whichever of the two engines is faster on this machine.
    fastest = {}
    for with_points in (False, True):
        seconds = {}
        for engine in ("in-memory", "streaming"):
            for _ in range(2):
                begun = time.perf_counter()
                query(programme, frame, with_points).collect(engine=engine)
                seconds[engine] = time.perf_counter() - begun
        fastest[with_points] = min(seconds, key=seconds.get)

    def run(with_points):
        return query(programme, frame, with_points).collect(engine=fastest[with_points])

    def sums(result, with_points):
        wide_sum = lambda name: int(result[name].fill_null(-1).cast(pl.Int64).sum())
        found = {name: wide_sum(name) for name in ("total", "class", "met", "unmet", "no_data")}
        if with_points:
            found["points"] = sum(wide_sum(leaf_name(at)) for at in range(len(programme.leaves)))
        return found

    engines = "/".join(fastest[with_points] for with_points in (False, True))
    serve(f"Polars {pl.__version__} ({engines}, {pl.thread_pool_size()} threads)", run, sums)


main(*sys.argv[1:3])
