"""Ten thousand random sequences of logging, submitting, deciding, editing and deleting: client, simulator and
model have to agree after every step. ``./run python -m benchmarks.kantata_sequences [--sequences N]``"""

import argparse
import logging
import time

import structlog
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.kantata.sequences import Sequences


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sequences", type=int, default=10_000)
    parser.add_argument("--steps", type=int, default=25, help="the most steps of one sequence")
    arguments = parser.parse_args()
    # Refusals are part of it; ten thousand times they are noise.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    began = time.perf_counter()
    run_state_machine_as_test(
        Sequences,
        settings=settings(
            max_examples=arguments.sequences,
            stateful_step_count=arguments.steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    seconds = time.perf_counter() - began
    print(f"{arguments.sequences} sequences of up to {arguments.steps} steps agreed in {seconds:.0f} s")


if __name__ == "__main__":
    main()
