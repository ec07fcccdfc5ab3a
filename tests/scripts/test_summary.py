"""scripts/summary.py: what the closing line of scripts/test counts, and what it refuses to skip."""
import json
import os
import pathlib
import subprocess

SUMMARY = pathlib.Path(__file__).parents[2] / "scripts" / "summary.py"

JUNIT = """<testsuites><testsuite>
<testcase classname="a" name="good"/>
<testcase classname="a" name="bad"><failure message="no"/></testcase>
<testcase classname="a" name="broken"><error message="no"/></testcase>
<testcase classname="a" name="rootless"><skipped type="pytest.skip" message="root: needs it"/></testcase>
<testcase classname="a" name="known"><skipped type="pytest.xfail" message="a bug"/></testcase>
</testsuite></testsuites>
"""


def meson(folder, *tests):
    lines = [json.dumps({"name": name, "result": result, "stdout": out, "stderr": ""})
             for name, result, out in tests]
    (folder / "all.json").write_text("\n".join(lines) + "\n")


def summary(folder, require=""):
    env = dict(os.environ, WEIR_REQUIRE=require)
    done = subprocess.run([str(SUMMARY), str(folder)], env=env, capture_output=True, text=True,
                          check=False)
    return done.returncode, done.stdout.splitlines()


def test_nothing_ran_is_a_failure(tmp_path):
    assert summary(tmp_path) == (1, ["failed: no test ran", "0 passed, 1 failed, 0 skipped"])


def test_a_skip_without_a_reason_is_a_failure(tmp_path):
    meson(tmp_path, ("quiet", "SKIP", ""))
    status, lines = summary(tmp_path)
    assert status == 1
    assert lines == ["failed: quiet (skipped without a reason)", "0 passed, 1 failed, 0 skipped"]


def test_a_timeout_and_an_unexpected_pass_are_failures(tmp_path):
    meson(tmp_path, ("slow", "TIMEOUT", ""), ("odd", "UNEXPECTEDPASS", ""),
          ("cut", "INTERRUPT", ""), ("dead", "ERROR", ""), ("wrong", "FAIL", ""))
    status, lines = summary(tmp_path)
    assert status == 1
    assert lines[-1] == "0 passed, 5 failed, 0 skipped"


def test_a_skip_for_a_required_reason_is_a_failure(tmp_path):
    meson(tmp_path, ("peers", "SKIP", "chatter\nskip: data: no captures of others\n"))
    status, lines = summary(tmp_path)
    assert (status, lines[-1]) == (0, "0 passed, 0 failed, 1 skipped")
    assert lines[0] == "skipped: peers (data: no captures of others)"
    status, lines = summary(tmp_path, "root, data")
    assert (status, lines[-1]) == (1, "0 passed, 1 failed, 0 skipped")
    status, lines = summary(tmp_path, "root")
    assert (status, lines[-1]) == (0, "0 passed, 0 failed, 1 skipped")


def test_the_seconds_of_suites_are_told(tmp_path):
    rows = [("weir:unit+base / a", 1.2), ("weir:unit / b", 2.4), ("weir:live / c", 60)]
    (tmp_path / "all.json").write_text("".join(
        json.dumps({"name": name, "result": "OK", "duration": seconds}) + "\n" for name, seconds in rows))
    assert summary(tmp_path) == (0, ["    60 s  all: live", "     4 s  all: unit",
                                     "3 passed, 0 failed, 0 skipped"])


def test_a_step_that_failed_counts(tmp_path):
    meson(tmp_path, ("good", "OK", ""))
    (tmp_path / "failed").write_text("building build-asan\n")
    (tmp_path / "passed").write_text("fuzz_dns\n")
    status, lines = summary(tmp_path)
    assert (status, lines[-1]) == (1, "2 passed, 1 failed, 0 skipped")


def test_a_step_that_cannot_be_made_is_skipped_with_its_reason(tmp_path):
    meson(tmp_path, ("good", "OK", ""))
    (tmp_path / "skipped").write_text("build-other\tother: not to be had\n")
    assert summary(tmp_path) == (0, ["skipped: build-other (other: not to be had)",
                                     "1 passed, 0 failed, 1 skipped"])
    assert summary(tmp_path, "other")[1][-1] == "1 passed, 1 failed, 0 skipped"


def test_meson_and_pytest_are_added_up(tmp_path):
    meson(tmp_path, ("one", "OK", ""), ("two", "EXPECTEDFAIL", ""))
    (tmp_path / "pytest.xml").write_text(JUNIT)
    status, lines = summary(tmp_path)
    assert (status, lines[-1]) == (1, "4 passed, 2 failed, 1 skipped")


def test_the_cases_of_a_file_count_instead_of_the_file(tmp_path):
    test = {"name": "cli_a", "result": "OK", "stdout": "", "stderr": "",
            "command": ["/usr/bin/pytest-3", "-q", "/src/build/../tests/cli/test_a.py"]}
    (tmp_path / "all.json").write_text(json.dumps(test) + "\n")
    assert summary(tmp_path)[1][-1] == "1 passed, 0 failed, 0 skipped"
    (tmp_path / "other.json").write_text(json.dumps(test) + "\n")
    (tmp_path / "all.cli_test_a.xml").write_text(JUNIT)
    status, lines = summary(tmp_path)
    assert (status, lines[-1]) == (1, "3 passed, 2 failed, 1 skipped")
    assert "failed: a.bad in build all (pytest)" in lines
    # The same file in two builds: one hides nothing of the other.
    (tmp_path / "other.cli_test_a.xml").write_text(JUNIT)
    assert summary(tmp_path)[1][-1] == "4 passed, 4 failed, 2 skipped"
    (tmp_path / "other.json").unlink()
    (tmp_path / "other.cli_test_a.xml").unlink()
    (tmp_path / "all.json").write_text(json.dumps(dict(test, result="TIMEOUT")) + "\n")
    assert summary(tmp_path)[1][-1] == "2 passed, 3 failed, 1 skipped"
