"""Schemathesis' GraphQL fuzzing for a bounded time: documents made from the schema that the service tells, good ones and bad ones. What is wrong
about an answer says fuzz_checks.py: the checks that come with Schemathesis take every refusal for a failure of the server."""

import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ADDRESS = os.environ["LIANDONG_URL"].rstrip("/")
TOKEN = os.environ["LIANDONG_TOKEN"]
SECONDS = os.environ.get("LIANDONG_FUZZ_SECONDS", "60")
# The same every time unless another seed is given, so that a failure is that of the change.
SEED = os.environ.get("LIANDONG_FUZZ_SEED", "330108")

os.environ["SCHEMATHESIS_HOOKS"] = str(HERE / "fuzz_checks.py")
os.chdir(tempfile.mkdtemp())
os.execv(
    Path(sys.executable).parent / "st",
    [
        "st",
        "run",
        f"{ADDRESS}/graphql",
        f"--header=authorization: Bearer {TOKEN}",
        "--checks=answers_as_the_schema_says,response_schema_conformance,negative_data_rejection",
        "--phases=fuzzing",
        f"--max-time={SECONDS}",
        f"--seed={SEED}",
        # So few of each, that each has its turn within the time; then it begins again with others.
        "--max-examples=10",
        "--request-timeout=30",
        # It would end the session that all the others need.
        "--exclude-name=Mutation.signOut",
        "--suppress-health-check=all",
        "--generation-database=none",
        "--warnings=off",
        "--no-color",
    ],
)
