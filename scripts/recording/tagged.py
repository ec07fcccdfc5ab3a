#!/usr/bin/python3
"""Puts VLAN tags on recorded frames: tagged.py KIND IN.pcap OUT.pcap

KIND is vlan (802.1Q, a VLAN for each client), qinq (802.1ad outside 802.1Q) or stacked (0x8100 twice,
as older switches send it, and 0x9100). Time stamps stay.
"""
import sys

from scapy.layers.l2 import Dot1AD, Dot1Q, Ether
from scapy.utils import PcapWriter, rdpcap

CLIENT_MACS = {"02:00:00:00:20:11": 11, "02:00:00:00:20:12": 12, "02:00:00:00:20:13": 13}
STACKED_TYPES = [0x8100, 0x9100]


def vlan_of(frame):
    """The VLAN of the client at either end."""
    return CLIENT_MACS.get(frame.src) or CLIENT_MACS.get(frame.dst) or 1


def tag(kind, number, frame):
    inner = Dot1Q(vlan=vlan_of(frame), prio=number % 8, type=frame.type)
    if kind == "vlan":
        outer_type, tags = 0x8100, inner
    elif kind == "qinq":
        outer_type, tags = 0x88A8, Dot1AD(vlan=100, type=0x8100) / inner
    else:
        outer_type, tags = STACKED_TYPES[number % 2], Dot1Q(vlan=200, type=0x8100) / inner
    head = Ether(src=frame.src, dst=frame.dst, type=outer_type) / tags
    return bytes(head) + bytes(frame)[14:]


def main():
    kind, source, target = sys.argv[1:]
    with PcapWriter(target, linktype=1) as out:
        for number, frame in enumerate(rdpcap(source)):
            tagged = Ether(tag(kind, number, frame))
            tagged.time = frame.time
            out.write(tagged)


if __name__ == "__main__":
    main()
