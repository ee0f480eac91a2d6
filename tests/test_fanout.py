"""Work on several cores, and what becomes of it where there is no second process to be had."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from slogen.fanout import fan_out

ITEMS = list(range(20))


def square(number: int) -> int:
    return number * number


@pytest.mark.parametrize("jobs", [1, 2, 4])
def test_outcomes_come_in_the_order_of_the_items(jobs: int) -> None:
    assert fan_out(square, ITEMS, jobs) == [number * number for number in ITEMS]


def test_one_job_is_done_here() -> None:
    assert set(fan_out(lambda _: os.getpid(), ITEMS)) == {os.getpid()}


def test_several_jobs_are_done_elsewhere() -> None:
    assert os.getpid() not in fan_out(lambda _: os.getpid(), ITEMS, 2)


def test_without_a_second_process_this_one_does_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    assert fan_out(square, ITEMS, 2) == [number * number for number in ITEMS]


def test_what_a_process_takes_along_is_done_here() -> None:
    def work(number: int) -> int:
        if number == 13 and os.getpid() != here:
            os._exit(1)
        return number

    here = os.getpid()
    assert fan_out(work, ITEMS, 2) == ITEMS


def test_a_mistake_in_the_work_is_raised_here() -> None:
    def work(number: int) -> int:
        return 1 // (number - 13)

    with pytest.raises(ZeroDivisionError):
        fan_out(work, ITEMS, 2)


def test_no_process_outlives_this_one(tmp_path: Path) -> None:
    """Also when it is killed and can't say goodbye."""
    code = f"""
import os, time
from slogen.fanout import fan_out
def work(number):
    open({str(tmp_path)!r} + f"/{{os.getpid()}}", "w").close()
    time.sleep(3600)
fan_out(work, range(20), 2)
"""
    parent = subprocess.Popen([sys.executable, "-c", code])
    while len(list(tmp_path.iterdir())) < 2:
        assert parent.poll() is None
        time.sleep(0.05)
    parent.kill()
    parent.wait()
    workers = [int(path.name) for path in tmp_path.iterdir()]
    for _ in range(600):
        if not any(map(alive, workers)):
            return
        time.sleep(0.1)
    raise AssertionError(workers)


def alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"
