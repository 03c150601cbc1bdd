"""The exported programme: what each leaf, extra and gate is, in one form for all peers.

A share whose part is greater than its whole has no data in the engine. The figures have none, so the peers are spared
that check.
"""

import json
from dataclasses import dataclass


@dataclass
class Leaf:
    """One rule. Points go by `steps`, by an upper bound `at_most`, in proportion, or up and down for each thing."""

    kind: str  # steps, linear, less, each
    columns: list  # one, or part and whole
    is_share: bool
    points: int
    met_at: int = 0
    group: int = 0
    steps: tuple = ()  # (numerator, denominator, points), the highest bound first; none below all
    at_most: tuple = ()  # (numerator, denominator) of an upper bound
    low: tuple = ()
    high: tuple = ()
    each: int = 0
    floor: int = 0


def rule(kind, points):
    name, body = next(iter(kind.items()))
    if name == "judgement":
        return Leaf("steps", [body["column"]], False, points, steps=((1, 1, points),))
    if name in ("deduction", "each"):
        leaf = Leaf("less" if name == "deduction" else "each", [body["column"]], False, points, each=body["each"])
        leaf.floor = body.get("floor", 0)
        return leaf
    value = body["value"]
    leaf = Leaf("steps", value["columns"], value["is"] == "share", points)
    if name == "within":
        if body["at_least"]:
            leaf.steps = ((*body["at_least"], points),)
        else:
            leaf.at_most = tuple(body["at_most"])
    elif name == "steps":
        leaf.steps = tuple((*step["bound"], step["points"]) for step in reversed(body["steps"]))
    elif name == "linear":
        leaf.kind, leaf.low, leaf.high = "linear", tuple(body["from"]), tuple(body["to"])
    return leaf


class Programme:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            raw = json.load(file)
        self.columns = raw["columns"]
        self.leaves = []
        for leaf in raw["leaves"]:
            made = rule(leaf["kind"], leaf["points"])
            made.met_at, made.group = leaf["met_at"], leaf["group"]
            self.leaves.append(made)
        self.caps = raw["caps"]
        self.extras = [(rule(extra["kind"], extra["points"]), extra["is_penalty"]) for extra in raw["extras"]]
        self.gates = [(rule(gate["kind"], 1), gate["at_most"]) for gate in raw["gates"]]
        self.classes = raw["classes"]
        self.no_data_most = raw["no_data_most"]

    def asked(self, asks):
        """What a class asks for, as comparisons that SQL and ZEN write alike."""
        conditions = [f"total >= {asks['points']}", f"met >= {asks['met']}"]
        if asks["share"]:
            part, whole = asks["share"]
            conditions += [f"s{group} * {whole} >= {cap * part}" for group, cap in enumerate(self.caps)]
        return conditions


def column(at):
    return f"c{at:02d}"


def leaf_name(at):
    return f"p{at:02d}"
