"""A short run of the random sequences; benchmarks/kantata_sequences.py makes a long one."""

from hypothesis import HealthCheck, settings

from tests.kantata.sequences import Sequences

TestSequences = Sequences.TestCase
TestSequences.settings = settings(
    max_examples=15,
    stateful_step_count=25,
    # How fast steps are made depends on the machine, and fails nobody.
    suppress_health_check=[HealthCheck.too_slow],
)
