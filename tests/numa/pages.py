# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Where the pages of a process are, as the kernel writes it in /proc/PID/numa_maps."""
import re


class Pages:
    """Ranges of addresses whose touched pages all lie on one node."""

    def __init__(self, lines):
        self._ranges = []
        for line in lines:
            words = line.split()
            nodes = {int(n): int(count) for n, count in re.findall(r'\bN(\d+)=(\d+)', line)}
            size = re.search(r'kernelpagesize_kB=(\d+)', line)
            if not nodes or size is None:
                continue
            page = int(size[1]) * 1024
            # numa_maps gives no end; of hugepages, each a file of its own, there are no others behind.
            if page > 4096:
                assert len(nodes) == 1, 'a range on several nodes: ' + line
                begin = int(words[0], 16)
                (node, count), = nodes.items()
                self._ranges.append((begin, begin + count * page, page, node))
        assert self._ranges, 'no hugepages in numa_maps'

    def nodes(self, extents):
        """The node of each page of (address, bytes) ranges, by the page's address."""
        found = {}
        for begin, size in extents:
            at = begin
            while at < begin + size:
                first, _, page, node = self._range(at)
                start = at - (at - first) % page
                found[start] = node
                at = start + page
        return found

    def _range(self, address):
        for each in self._ranges:
            if each[0] <= address < each[1]:
                return each
        raise AssertionError('numa_maps knows nothing of {:#x}'.format(address))
