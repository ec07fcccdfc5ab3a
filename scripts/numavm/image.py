"""What is in the guest: this machine's libraries, busybox, DPDK's drivers, and the project's build."""
import glob
import os
import pathlib
import subprocess

from . import archive, guest

BUSYBOX = '/usr/bin/busybox'
# Those of DPDK's drivers that a test may name; the others would have to be read at every start.
DRIVERS = ['bus_pci', 'bus_vdev', 'mempool_ring', 'net_af_packet', 'net_e1000', 'net_null',
           'net_pcap', 'net_ring', 'net_tap', 'net_virtio']
INIT = pathlib.Path(__file__).parent / 'init.sh'


class ImageError(Exception):
    """Something of this machine that the guest is made from is not there."""


def _is_program(path):
    if not (path.is_file() and os.access(path, os.X_OK)):
        return False
    with open(path, 'rb') as file:
        return file.read(4) == b'\x7fELF'


def _drivers():
    folder = subprocess.run(['pkg-config', '--variable=driverdir', 'libdpdk'], capture_output=True,
                            text=True).stdout.strip()
    folder = folder or '/usr/lib/x86_64-linux-gnu/dpdk/pmds-*'
    return [path for name in DRIVERS for path in glob.glob('{}/librte_{}.so*'.format(folder, name))]


def make(root, build, kernel, added=(), shell=False):
    """The initramfs. root: the project; build: its build folder, whose programs come to /usr/bin of
    the guest; added: further files or folders, `PATH` or `PATH:GUESTPATH`."""
    image = archive.Archive()
    for folder in ('/dev', '/proc', '/sys', '/run', '/tmp', '/var', '/etc', '/root', '/weir'):
        image.folder(folder)
    image.link('/var/run', '/run')
    image.text('/etc/passwd', 'root:x:0:0:root:/root:/bin/sh\n')
    image.text('/etc/group', 'root:x:0:\n')
    for path in (BUSYBOX, INIT):
        if not os.path.exists(path):
            raise ImageError('{} is missing'.format(path))
    image.file(BUSYBOX, BUSYBOX)
    image.link('/usr/bin/sh', 'busybox')
    image.file('/init', INIT)
    if shell:
        image.text('/etc/shell', '')
    modules = kernel.module_files(guest.MODULES)
    for path in modules:
        image.file('/usr/lib/modules/' + path.name, path)
    image.text('/etc/modules', ''.join('/usr/lib/modules/{}\n'.format(p.name) for p in modules))

    programs = [path for path in sorted((build / 'app').rglob('*')) if _is_program(path)]
    for path in programs:
        image.file('/usr/bin/' + path.name, path)
    image.tree('/weir/config', root / 'config')
    for word in added:
        source, _, target = word.partition(':')
        source = pathlib.Path(source).resolve()
        if not source.exists():
            raise ImageError('{}: no such file'.format(source))
        image.tree(target or str(source), source)
        if _is_program(source):
            programs.append(source)
    drivers = _drivers()
    for path in drivers:
        image.host(path)
    # The C library opens it by itself when a thread is cancelled.
    image.host(_libgcc())
    image.libraries([*programs, *drivers])
    return image


def _libgcc():
    found = glob.glob('/usr/lib/*-linux-gnu/libgcc_s.so.1') + glob.glob('/lib/*/libgcc_s.so.1')
    if not found:
        raise ImageError('libgcc_s.so.1 is missing')
    return found[0]
