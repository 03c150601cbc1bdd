"""How a peer is driven: a line of JSON in, a line of JSON out, until the input ends.

`{"run": "totals"}` or `{"run": "points"}` runs once and answers with seconds and checksums; a peer loads its data
before it says `{"ready": …}`, so that rounds of several peers can be interleaved.
"""

import json
import sys
import time


def peak_kib():
    with open("/proc/self/status", encoding="utf-8") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def serve(version, run, sums, own_seconds=None):
    """`run(with_points)` is what is timed, unless its result knows better; `sums` gives its checksums."""
    print(json.dumps({"ready": version}), flush=True)
    for line in sys.stdin:
        with_points = json.loads(line)["run"] == "points"
        begun = time.perf_counter()
        result = run(with_points)
        seconds = time.perf_counter() - begun
        seconds = own_seconds(result) if own_seconds else seconds
        answer = {"seconds": seconds, "sums": sums(result, with_points), "peak_kib": peak_kib()}
        del result
        print(json.dumps(answer), flush=True)
