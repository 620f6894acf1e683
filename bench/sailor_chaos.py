"""Thousands of messages while the broker closes every connection again and again and workers are killed at random.

    python bench/sailor_chaos.py [--messages 5000] [--workers 3] [--seed 1]

Needs a broker that scripts/rabbitmq.sh has started. Exits 1 if anything was lost or done twice, or a worker did not end.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests/runtimes/sailor"))

from sailor_chaos import chaos
from sailor_flow import broker_uri


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=5000)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    report = chaos(broker_uri(), messages=asked.messages, workers=asked.workers, seed=asked.seed)
    print(report)
    return int(bool(report.lost or report.doubled or report.left or set(report.codes) != {0}))


if __name__ == "__main__":
    sys.exit(main())
