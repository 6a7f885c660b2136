"""Writes statistics.json: paired statistics by scipy, numpy and plain enumeration.

    /path/to/python make_statistics.py          (scipy 1.17, numpy 2)

`permutation` is scipy.stats.permutation_test of pairs, exact; `interval` is scipy.stats.bootstrap, percentile,
with a million resamples, so that it is close to the limit that other draws go to, too.
"""
import json
import pathlib

import numpy
from scipy import special, stats

random = numpy.random.default_rng(7)


def case(differences):
    d = numpy.array(differences)
    n = len(d)
    freedom = n - 1
    exact = n <= 13
    test = stats.permutation_test(
        (d,), numpy.mean, permutation_type="samples",
        n_resamples=numpy.inf if exact else 200_000, rng=numpy.random.default_rng(1))
    interval = stats.bootstrap(
        (d,), numpy.mean, n_resamples=1_000_000, batch=10_000, method="percentile",
        rng=numpy.random.default_rng(2)).confidence_interval
    d_z = d.mean() / d.std(ddof=1)
    j = numpy.exp(special.gammaln(freedom / 2) - special.gammaln((freedom - 1) / 2)) / numpy.sqrt(freedom / 2)
    return {
        "differences": [float(x) for x in d], "mean": float(d.mean()), "deviation": float(d.std(ddof=1)),
        "p": float(test.pvalue), "exact": exact, "interval": [float(interval.low), float(interval.high)],
        "cohen": float(d_z), "hedges": float(d_z * j)}


def draw(n, mean):
    return numpy.round(random.normal(mean, 0.01, size=n), 4)


cases = [case(draw(n, mean)) for n, mean in [(3, 0.01), (5, 0.02), (6, 0.02), (8, 0.003), (12, 0.006), (30, 0.005)]]
# Ties with the observed sum and pairs without a difference.
cases.append(case([0.01, 0.0, 0.01, -0.01, 0.02, 0.01, 0.0]))
values = [0.01, 0.04, 0.03, 0.005, 0.2, 0.03]
order = numpy.argsort(values, kind="stable")
adjusted = numpy.minimum(1, numpy.maximum.accumulate(
    [(len(values) - k) * values[i] for k, i in enumerate(order)]))
holm = [0.0] * len(values)
for k, i in enumerate(order):
    holm[i] = float(adjusted[k])
path = pathlib.Path(__file__).parent / "statistics.json"
path.write_text(json.dumps({"cases": cases, "holm": {"p": values, "corrected": holm}}, indent=1) + "\n")
