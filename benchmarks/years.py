"""Simulated years: every time zone, gaps and folds, sleeps of up to 48 h, clocks put forward and back, restarts.

    python -m benchmarks.years [--days 1200]

Each zone lives that many days from a random year on; every slot of every local day must have become exactly one edition
or one recorded skip. Ends with an assertion where one did not.
"""

import argparse
import json
import time
from zoneinfo import available_timezones

from tests.news.test_timetable import check_zone


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--days", type=int, default=1200)
    parser.add_argument("--readers", type=int, default=3, help="readers a zone")
    options = parser.parse_args()
    began, days = time.process_time(), 0
    zones = sorted(available_timezones())
    for number in range(options.readers):
        for name in zones:
            days += check_zone(name, options.days, f"years{number}")
    spent = time.process_time() - began
    print(json.dumps({"zones": len(zones), "reader-days": days, "wrong": 0, "CPU, s": round(spent)}))


if __name__ == "__main__":
    main()
