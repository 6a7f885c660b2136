"""How the examples of a set are chosen and ordered, the same for all sets."""

import itertools
import random

SPLITS = ("train", "val", "test")


def in_turns(pools, count):
    """Takes one of each pool in turn, leaving out those that are empty, until there are enough or all are empty."""
    turns = itertools.zip_longest(*pools, fillvalue=None)
    return list(itertools.islice((item for turn in turns for item in turn if item is not None), count))


def shuffled(splits):
    """The examples of train, val and test, shuffled one after the other by one generator, whose seed is 7."""
    generator = random.Random(7)
    result = {}
    for name in SPLITS:
        result[name] = list(splits[name])
        generator.shuffle(result[name])
    return result
