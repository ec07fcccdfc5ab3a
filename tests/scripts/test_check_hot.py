"""scripts/check-hot finds what a hot file may not do, in objects compiled for the purpose."""
import pathlib
import platform
import shutil
import subprocess

import pytest

SCRIPTS = pathlib.Path(__file__).parents[2] / "scripts"

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="machine: instructions of x86")


def tree(tmp_path, source, allow=""):
    """A tree of one hot file, built."""
    objects = tmp_path / "build/lib/libweir_room.a.p"
    objects.mkdir(parents=True)
    (tmp_path / "scripts").mkdir()
    (tmp_path / "lib/room").mkdir(parents=True)
    shutil.copy(SCRIPTS / "check-hot", tmp_path / "scripts")
    (tmp_path / "scripts/hot.allow").write_text(allow)
    (tmp_path / "build/lib/hot.list").write_text("room/room_a.c\n")
    (tmp_path / "lib/room/room_a.c").write_text(source)
    subprocess.run(["gcc", "-O2", "-c", str(tmp_path / "lib/room/room_a.c"), "-o",
                    str(objects / "room_room_a.c.o")], check=True)
    done = subprocess.run([str(tmp_path / "scripts/check-hot"), str(tmp_path / "build")], text=True,
                          capture_output=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("source, word", [
    ("#include <stdlib.h>\nvoid *f(void) { return malloc(9); }", "calls malloc"),
    ("#include <stdio.h>\nvoid f(int x) { printf(\"%d\", x); }", "calls printf"),
    ("int f(int *x) { return __atomic_fetch_add(x, 1, __ATOMIC_RELAXED); }", "<lock>"),
    ("int f(int *x) { return __atomic_exchange_n(x, 1, __ATOMIC_RELAXED); }", "<lock>"),
    ("unsigned f(unsigned x, unsigned y) { return x % y; }", "<div>"),
    ("int f(int (*g)(int)) { return g(1) + 1; }", "<pointer>"),
    ("void f(void) { __asm__ volatile(\"syscall\"); }", "<kernel>"),
])
def test_what_may_not_be_is_found(tmp_path, source, word):
    status, text = tree(tmp_path, source)
    assert status == 1
    assert word in text
    assert text.startswith("lib/room/room_a.c: ")


def test_what_is_allowed_passes(tmp_path):
    status, text = tree(tmp_path, "#include <stdlib.h>\nvoid *f(void) { return malloc(9); }",
                        "room/room_a.c malloc  # a test\n")
    assert (status, text) == (0, "check-hot: 1 files, nothing wrong\n")


def test_plain_code_passes(tmp_path):
    status, _ = tree(tmp_path, "unsigned f(unsigned x) { return x % 10 + x / 8; }")
    assert status == 0


def test_leave_that_nothing_needs_is_an_error(tmp_path):
    status, text = tree(tmp_path, "int f(void) { return 1; }", "room/room_a.c malloc  # once\n")
    assert status == 1
    assert text == "scripts/hot.allow:1: room/room_a.c does not need malloc\n"


def test_leave_without_a_reason_is_an_error(tmp_path):
    status, text = tree(tmp_path, "int f(void) { return 1; }", "room/room_a.c malloc\n")
    assert status == 1
    assert "hot.allow:1" in text
