"""An initramfs (cpio, newc) made from files of this machine; nothing is copied to a disk."""
import os
import pathlib
import stat
import subprocess

# Where every Debian since 12 keeps them.
MERGED = {'/bin': 'usr/bin', '/sbin': 'usr/sbin', '/lib': 'usr/lib', '/lib64': 'usr/lib64'}


class Archive:
    def __init__(self):
        self._entries = {}
        for path, target in MERGED.items():
            self.folder('/' + target)
            self.link(path, target)

    def folder(self, path):
        if path not in ('/', *self._entries):
            self.folder(os.path.dirname(path))
            self._entries[path] = (stat.S_IFDIR | 0o755, b'')

    def link(self, path, target):
        self.folder(os.path.dirname(path))
        self._entries[path] = (stat.S_IFLNK | 0o777, target.encode())

    def text(self, path, text, mode=0o644):
        self.folder(os.path.dirname(path))
        self._entries[path] = (stat.S_IFREG | mode, text.encode())

    def file(self, path, source):
        """A file's content under another name."""
        source = pathlib.Path(source)
        self.folder(os.path.dirname(path))
        self._entries[path] = (stat.S_IFREG | stat.S_IMODE(source.stat().st_mode),
                               source.read_bytes())

    def tree(self, path, source):
        """A folder, or a file, under another name."""
        source = pathlib.Path(source)
        if source.is_dir():
            self.folder(path)
            for inner in sorted(source.iterdir()):
                self.tree(path + '/' + inner.name, inner)
        else:
            self.file(path, source)

    def host(self, path):
        """A file under its own name. Symbolic links stay links: the loader tells libraries apart by
        inode, and a DPDK driver that is loaded from two copies registers itself twice and aborts."""
        path = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
        if path in self._entries:
            return
        if os.path.islink(path):
            target = os.readlink(path)
            self.link(path, target)
            self.host(os.path.join(os.path.dirname(path), target))
        else:
            self.file(path, path)

    def libraries(self, programs):
        """The shared libraries that programs load."""
        done = subprocess.run(['ldd', *map(str, programs)], capture_output=True, text=True, timeout=60)
        for line in done.stdout.splitlines():
            for word in line.split():
                if word.startswith('/') and not word.endswith(':'):
                    self.host(word)

    def write(self, out):
        for number, (path, (mode, data)) in enumerate(self._entries.items(), 1):
            _member(out, number, mode, path[1:], data)
        _member(out, 0, 0, 'TRAILER!!!', b'')


def _padded(data):
    return data + bytes(-len(data) % 4)


def _member(out, number, mode, name, data):
    name = name.encode() + b'\0'
    fields = [number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name), 0]
    header = b'070701' + b''.join(b'%08x' % field for field in fields)
    out.write(_padded(header + name))
    out.write(_padded(data))
