"""A small evaluation: recorded answers of a bot against what a right answer needs. Python alone, no network.

python evaluate.py answers/v1.jsonl > results.json
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
CURT = 20  # characters; a shorter answer helps nobody


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def main(answers):
    given = {each["id"]: each for each in lines(answers)}
    right, helpful, times = [], [], []
    for case in lines(HERE / "golden.jsonl"):
        answer = given.get(case["id"])
        if answer is None:  # the bot gave none: a case that could not be judged
            right.append(None)
            helpful.append(None)
            continue
        text = answer["answer"].lower()
        right.append(all(word in text for word in case["needs"]))
        helpful.append(0.0 if "i don't know" in text else 0.6 if len(text) < CURT else 1.0)
        times.append(answer["milliseconds"])
    print(
        json.dumps(
            {
                "suite": "support",
                "run": answers.stem,
                "metrics": {
                    "accuracy": right,
                    "helpfulness": helpful,
                    "response_time_p95_ms": sorted(times)[int(0.95 * len(times)) - 1] if times else None,
                },
            },
            indent=2,
        )
    )


main(Path(sys.argv[1]))
