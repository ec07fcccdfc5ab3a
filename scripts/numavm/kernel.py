"""Debian's kernel for clouds, unpacked into a folder and never installed."""
import fcntl
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

META = 'linux-image-cloud-amd64'  # depends on the package of the day; old names vanish from mirrors


class KernelError(Exception):
    """No kernel: the sentence says what apt said."""


class Kernel:
    def __init__(self, root):
        self.image, = sorted(root.glob('boot/vmlinuz-*'))[-1:]
        self.version = self.image.name[len('vmlinuz-'):]
        self.modules = next(p for p in (root / 'usr/lib/modules', root / 'lib/modules')
                            if p.is_dir()) / self.version

    def module_files(self, names):
        """The files of modules, each after those that it needs."""
        known = {p.name.split('.')[0].replace('-', '_'): p for p in self.modules.rglob('*.ko')}
        ordered = []

        def visit(name):
            path = known.get(name.replace('-', '_'))
            if path is None:
                raise KernelError('module {} is not in kernel {}'.format(name, self.version))
            found = re.search(rb'\0depends=([^\0]*)\0', path.read_bytes())
            for needed in found[1].decode().split(',') if found and found[1] else []:
                visit(needed)
            if path not in ordered:
                ordered.append(path)

        for name in names:
            visit(name)
        return ordered


def _run(*args, **kwargs):
    try:
        done = subprocess.run(args, capture_output=True, text=True, timeout=600, **kwargs)
    except OSError as error:
        raise KernelError('{}: {}'.format(args[0], error.strerror)) from error
    if done.returncode != 0:
        raise KernelError('{}: {}'.format(' '.join(args[:2]), done.stderr.strip()))
    return done.stdout


def _download(folder):
    found = re.search(r'Depends: (linux-image-\S+)', _run('apt-cache', 'depends', META))
    if found is None:
        raise KernelError('apt knows no package {}'.format(META))
    _run('apt-get', '-q', '-o', 'APT::Sandbox::User=root', 'download', found[1], cwd=folder)
    package, = folder.glob('*.deb')
    return package


def _package(folder):
    try:
        return _download(folder)
    except KernelError:
        if os.geteuid() != 0:
            raise
    # No package lists, or older ones than the mirror's.
    _run('apt-get', '-q', 'update')
    return _download(folder)


def _unpack(cache):
    """Downloads and unpacks beside the final name, so that half a kernel is never taken for one."""
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        scratch = pathlib.Path(scratch)
        _run('dpkg-deb', '-x', str(_package(scratch)), str(scratch / 'root'))
        Kernel(scratch / 'root')
        shutil.move(scratch / 'root', cache / 'kernel')


def fetch(cache):
    """The kernel in the folder `cache`, downloaded (27 MB) when it is not there yet."""
    found = cache / 'kernel'
    if not found.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with open(cache / 'lock', 'w') as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not found.is_dir():
                _unpack(cache)
    return Kernel(found)
