"""The programme as one SQL query of nested stages for DuckDB, into a temporary table in memory."""

import sys

import duckdb
from programme import Programme, column, leaf_name
from protocol import serve


def big(at):
    return f"CAST({column(at)} AS BIGINT)"


def points(leaf):
    """Points of a leaf; NULL without data."""
    first = column(leaf.columns[0])
    known = f"{first} IS NOT NULL"
    if len(leaf.columns) == 2:
        second = column(leaf.columns[1])
        known += f" AND {second} > 0" if leaf.is_share else f" AND {second} IS NOT NULL"
    if leaf.kind == "less":
        found = f"greatest({leaf.points} - {leaf.each} * {first}, {leaf.floor})"
    elif leaf.kind == "each":
        found = f"least({leaf.each} * {first}, {leaf.points})"
    elif leaf.kind == "linear":
        found = linear(leaf)
    else:
        found = by_steps(leaf, first)
    return f"CASE WHEN {known} THEN {found} END"


def by_steps(leaf, first):
    if leaf.at_most:
        return f"CASE WHEN {first} <= {leaf.at_most[0]} THEN {leaf.points} ELSE 0 END"
    branches = []
    for numerator, denominator, most in leaf.steps:
        if len(leaf.columns) == 1:
            branches.append(f"WHEN {first} >= {numerator} THEN {most}")
        else:
            left, right = f"{big(leaf.columns[0])} * {denominator}", f"{big(leaf.columns[1])} * {numerator}"
            branches.append(f"WHEN {left} >= {right} THEN {most}")
    return f"CASE {' '.join(branches)} ELSE 0 END"


def linear(leaf):
    (low, scale), (high, _) = leaf.low, leaf.high
    range_ = high - low
    if len(leaf.columns) == 1:
        value = big(leaf.columns[0])
        inside = f"({2 * leaf.points} * ({value} - {low}) + {range_}) // {2 * range_}"
        tests = (f"{value} <= {low}", f"{value} >= {high}")
    else:
        part, whole = f"{big(leaf.columns[0])} * {scale}", big(leaf.columns[1])
        inside = f"({2 * leaf.points} * ({part} - {whole} * {low}) + {whole} * {range_}) // ({whole} * {2 * range_})"
        tests = (f"{part} <= {whole} * {low}", f"{part} >= {whole} * {high}")
    below, above = tests
    return f"CASE WHEN {below} THEN 0 WHEN {above} THEN {leaf.points} ELSE CAST({inside} AS INTEGER) END"


def query(programme, with_points):
    names = [leaf_name(at) for at in range(len(programme.leaves))]
    made = [f"{points(leaf)} AS {name}" for leaf, name in zip(programme.leaves, names)]
    made += [f"coalesce({points(extra)}, 0) AS x{at}" for at, (extra, _) in enumerate(programme.extras)]
    made += [f"{points(gate)} AS g{at}" for at, (gate, _) in enumerate(programme.gates)]
    groups = []
    for at, cap in enumerate(programme.caps):
        inside = (f"coalesce({name}, 0)" for leaf, name in zip(programme.leaves, names) if leaf.group == at)
        groups.append(f"least({' + '.join(inside)}, {cap}) AS s{at}")
    met = " + ".join(
        f"CASE WHEN {name} >= {leaf.met_at} THEN 1 ELSE 0 END" for leaf, name in zip(programme.leaves, names)
    )
    no_data = " + ".join(f"CASE WHEN {name} IS NULL THEN 1 ELSE 0 END" for name in names)
    sums = " + ".join(f"s{at}" for at in range(len(programme.caps)))
    signed = "".join(f" {'-' if penalty else '+'} x{at}" for at, (_, penalty) in enumerate(programme.extras))
    base = "0"
    for at, asks in enumerate(programme.classes, 1):
        base = f"CASE WHEN {' AND '.join(programme.asked(asks))} THEN {at} ELSE {base} END"
    out, is_open, found = ["FALSE"], [f"no_data > {programme.no_data_most}"], "base"
    for at, (_, at_most) in enumerate(programme.gates):
        is_open.append(f"g{at} IS NULL")
        if at_most == 0:
            out.append(f"g{at} = 0")
        else:
            found = f"CASE WHEN g{at} = 0 AND {found} > {at_most} THEN {at_most} ELSE {found} END"
    result = f"CASE WHEN {' OR '.join(out)} THEN 0 WHEN {' OR '.join(is_open)} THEN NULL ELSE {found} END"
    kept = f", {', '.join(names)}" if with_points else ""
    unmet = f"{len(names)} - met - no_data AS unmet"
    return f"""
        WITH leaves AS (SELECT {", ".join(made)} FROM data),
        grouped AS (SELECT *, {", ".join(groups)}, {met} AS met, {no_data} AS no_data FROM leaves),
        summed AS (SELECT *, greatest({sums}{signed}, 0) AS total FROM grouped),
        based AS (SELECT *, {base} AS base FROM summed)
        SELECT CAST(total AS INTEGER) AS total, {result} AS class, met, {unmet}, no_data{kept} FROM based
    """


def main(programme_file, data_file):
    programme = Programme(programme_file)
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    connection.execute(f"CREATE TABLE data AS SELECT * FROM '{data_file}'")

    def run(with_points):
        connection.execute(f"CREATE OR REPLACE TEMP TABLE result AS {query(programme, with_points)}")

    def sums(_, with_points):
        names = ["total", "class", "met", "unmet", "no_data"]
        leaves = [leaf_name(at) for at in range(len(programme.leaves))] if with_points else []
        asked = ", ".join(f"sum(coalesce({name}, -1))" for name in names + leaves)
        row = connection.execute(f"SELECT {asked} FROM result").fetchone()
        found = {name: int(value) for name, value in zip(names, row)}
        if with_points:
            found["points"] = sum(int(value) for value in row[len(names) :])
        return found

    serve(f"DuckDB {duckdb.__version__} (2 threads)", run, sums)


main(*sys.argv[1:3])
