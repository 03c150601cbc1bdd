"""The programme as one node of expressions for GoRules ZEN, unit by unit, on two processes.

Units are a sample: all of them would take minutes for each run.
"""

import json
import multiprocessing
import re
import sys
import time

import polars as pl
import zen
from programme import Programme, column, leaf_name
from protocol import serve


def points(leaf):
    """Points of a leaf; null without data."""
    first = column(leaf.columns[0])
    known = f"{first} != null"
    if len(leaf.columns) == 2:
        known = f"({known} and {column(leaf.columns[1])} != null)"
    if leaf.kind == "less":
        less = f"({leaf.points} - {leaf.each} * {first})"
        found = f"({less} > {leaf.floor} ? {less} : {leaf.floor})"
    elif leaf.kind == "each":
        more = f"({leaf.each} * {first})"
        found = f"({more} < {leaf.points} ? {more} : {leaf.points})"
    elif leaf.kind == "linear":
        found = linear(leaf)
    else:
        found = by_steps(leaf, first)
    if leaf.is_share:
        found = f"({column(leaf.columns[1])} > 0 ? {found} : null)"
    return f"({known} ? {found} : null)"


def by_steps(leaf, first):
    if leaf.at_most:
        return f"({first} <= {leaf.at_most[0]} ? {leaf.points} : 0)"
    found = "0"
    for numerator, denominator, most in reversed(leaf.steps):
        passes = f"{first} >= {numerator}"
        if len(leaf.columns) == 2:
            passes = f"{first} * {denominator} >= {column(leaf.columns[1])} * {numerator}"
        found = f"({passes} ? {most} : {found})"
    return found


def linear(leaf):
    (low, scale), (high, _) = leaf.low, leaf.high
    value, whole = column(leaf.columns[0]), "1"
    if len(leaf.columns) == 2:
        value, whole = f"({value} * {scale})", column(leaf.columns[1])
    numerator = f"{2 * leaf.points} * ({value} - {whole} * {low}) + {whole} * {high - low}"
    inside = f"floor(({numerator}) / ({whole} * {2 * (high - low)}))"
    return f"({value} <= {whole} * {low} ? 0 : ({value} >= {whole} * {high} ? {leaf.points} : {inside}))"


def stages(programme):
    """Expressions in the order in which they need one another."""
    names = [leaf_name(at) for at in range(len(programme.leaves))]
    none = lambda name: f"({name} == null ? 0 : {name})"
    first = {name: points(leaf) for name, leaf in zip(names, programme.leaves)}
    first |= {f"x{at}": points(extra) for at, (extra, _) in enumerate(programme.extras)}
    first |= {f"g{at}": points(gate) for at, (gate, _) in enumerate(programme.gates)}
    counted = [f"({n} == null ? 0 : ({n} >= {leaf.met_at} ? 1 : 0))" for n, leaf in zip(names, programme.leaves)]
    second = {"met": " + ".join(counted), "no_data": " + ".join(f"({name} == null ? 1 : 0)" for name in names)}
    for at in range(len(programme.caps)):
        inside = (none(name) for name, leaf in zip(names, programme.leaves) if leaf.group == at)
        second[f"r{at}"] = " + ".join(inside)
    third = {f"s{at}": f"(r{at} < {cap} ? r{at} : {cap})" for at, cap in enumerate(programme.caps)}
    signed = "".join(f" {'-' if penalty else '+'} {none(f'x{at}')}" for at, (_, penalty) in enumerate(programme.extras))
    fourth = {"sum": " + ".join(f"s{at}" for at in range(len(programme.caps))) + signed}
    fifth = {"total": "(sum > 0 ? sum : 0)"}
    base = "0"
    for at, asks in enumerate(programme.classes, 1):
        base = f"(({' and '.join(programme.asked(asks))}) ? {at} : {base})"
    sixth = {"base": base, "unmet": f"{len(names)} - met - no_data"}
    out, is_open, found = [], [f"no_data > {programme.no_data_most}"], "base"
    for at, (_, at_most) in enumerate(programme.gates):
        is_open.append(f"g{at} == null")
        if at_most == 0:
            out.append(f"(g{at} != null and g{at} == 0)")
        else:
            found = f"((g{at} == 0 and {found} > {at_most}) ? {at_most} : {found})"
    seventh = {"class": f"(({' or '.join(out)}) ? 0 : (({' or '.join(is_open)}) ? null : {found}))"}
    return [first, second, third, fourth, fifth, sixth, seventh]


def graph(programme):
    """One node with every expression: handing results from node to node would take several times as long."""
    expressions = {key: value for stage in stages(programme) for key, value in stage.items()}
    own = re.compile(r"\b(" + "|".join(expressions) + r")\b")
    listed = [{"id": key, "key": key, "value": own.sub(r"$.\1", value)} for key, value in expressions.items()]
    content = {"expressions": listed, "passThrough": False}
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "all", "type": "expressionNode", "name": "all", "content": content},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edge = lambda source, target: {"id": f"{source}-{target}", "type": "edge", "sourceId": source, "targetId": target}
    return {"nodes": nodes, "edges": [edge("in", "all"), edge("all", "out")]}


def work(pipe, programme, rows):
    # An engine with a loader compiles what it loads; a decision made from text is read anew for every unit.
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"programme": graph(programme)}}})
    engine.evaluate("programme", rows[0])
    pipe.send("ready")
    while pipe.recv() == "run":
        begun = time.perf_counter()
        results = [engine.evaluate("programme", row)["result"] for row in rows]
        seconds = time.perf_counter() - begun
        # What is null may be left out of a result.
        value = lambda result, name: -1 if result.get(name) is None else int(result[name])
        sums = {name: sum(value(result, name) for result in results) for name in SUMS}
        leaves = [leaf_name(at) for at in range(len(programme.leaves))]
        sums["points"] = sum(value(result, leaf) for result in results for leaf in leaves)
        pipe.send((seconds, sums))


SUMS = ("total", "class", "met", "unmet", "no_data")


def main(programme_file, data_file, units):
    programme = Programme(programme_file)
    rows = pl.read_parquet(data_file, n_rows=int(units)).to_dicts()
    context = multiprocessing.get_context("spawn")
    pipes = []
    for half in (rows[: len(rows) // 2], rows[len(rows) // 2 :]):
        ours, theirs = context.Pipe()
        context.Process(target=work, args=(theirs, programme, half), daemon=True).start()
        assert ours.recv() == "ready"
        pipes.append(ours)

    def run(_):
        for pipe in pipes:
            pipe.send("run")
        return [pipe.recv() for pipe in pipes]

    def sums(results, _):
        return {name: sum(sums[name] for _, sums in results) for name in (*SUMS, "points")}

    # Each process times its own evaluations alone; the slower one counts.
    serve("GoRules ZEN 2.1.3 (2 processes)", run, sums, lambda results: max(seconds for seconds, _ in results))
    for pipe in pipes:
        pipe.send("end")


if __name__ == "__main__":
    main(*sys.argv[1:4])
