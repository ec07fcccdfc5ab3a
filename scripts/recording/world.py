#!/usr/bin/python3
"""The small made-up internet that scripts/record records: zones, pages, server settings.

world.py FOLDER writes into FOLDER what the servers read. Names are under .test and .example, which
nobody owns (RFC 2606); addresses are those set apart for documentation.
"""
import pathlib
import sys

ROOT4, ROOT6 = "198.51.100.1", "2001:db8:51::1"      # nsd: the root
TLD4, TLD6 = "198.51.100.2", "2001:db8:51::2"        # nsd: test, example and the reverse trees
LEAF4, LEAF6 = "198.51.100.3", "2001:db8:51::3"      # knot: every other zone
WEB4, WEB6 = "198.51.100.80", "2001:db8:51::80"      # nginx: every site

# What a page pulls in, by site: path suffixes say what kind of thing it is.
SITES = {
    "www.harbour-news.test": [
        "static.cdnwave.test/site.css", "img.harbour-news.test/lead.png", "fonts.glyphs.example/a.css",
        "ads.bannerfarm.test/slot.js", "cdn.bannerfarm.test/player.js", "px.trackwell.test/p.png",
        "metrics.harbour-news.test/m.js", "tags.tagyard.example/t.js", "s7.eu.trackwell.test/s.png",
        "sync.pixelry.example/c.png", "comments.petrel.example/embed.js"],
    "shop.lantern.example": [
        "static.cdnwave.test/shop.css", "img1.lantern.example/1.png", "img2.lantern.example/2.png",
        "collect.trackwell.test/c.js", "ads.bannerfarm.test/slot.js", "pay.lumen.example/pay.js",
        "beacon.pixelry.example/b.png", "tags.tagyard.example/t.js", "ab.tagyard.example/ab.js"],
    "www.tides.test": [
        "static.cdnwave.test/wiki.css", "upload.tides.test/map.png", "fonts.glyphs.example/a.css"],
    "video.kelp.test": [
        "static.cdnwave.test/video.css", "edge-3.eu.cdnwave.test/chunk.js", "thumbs.kelp.test/t.png",
        "preroll.bannerfarm.test/vast.js", "qoe.kelp.test/q.js", "s2.us.trackwell.test/s.png",
        "telemetry.kelp.test/t.png"],
    "blog.petrel.example": [
        "comments.petrel.example/embed.js", "fonts.glyphs.example/a.css", "px.trackwell.test/p.png",
        "update.free-codecs.example/codec.js"],
    "intranet.lumen.example": [
        "static.lumen.example/app.js", "pay.lumen.example/pay.js"],
}

# Aliases: chains, and trackers behind a first party's name.
ALIASES = {
    "img.harbour-news.test": "harbour.cdnwave.test",
    "harbour.cdnwave.test": "edge-1.eu.cdnwave.test",
    "metrics.harbour-news.test": "harbour.collect.trackwell.test",
    "img1.lantern.example": "lantern.cdnwave.test",
    "img2.lantern.example": "lantern.cdnwave.test",
    "lantern.cdnwave.test": "edge-2.eu.cdnwave.test",
    "qoe.kelp.test": "kelp.metrics.trackwell.test",
    "thumbs.kelp.test": "edge-3.eu.cdnwave.test",
    "www.petrel.example": "blog.petrel.example",
    "hop0.types.test": "hop1.types.test",
    "hop1.types.test": "hop2.types.test",
    "hop2.types.test": "hop3.types.test",
    "hop3.types.test": "hop4.types.test",
    "hop4.types.test": "hop5.types.test",
    "hop5.types.test": "www.types.test",
    "loop1.types.test": "loop2.types.test",
    "loop2.types.test": "loop1.types.test",
    "dangling.types.test": "nothing.tides.test",
}

# Whole subtrees that answer, as trackers and delivery networks do. A wildcard ends where a name exists.
WILDCARDS = ["*.cdnwave.test", "*.eu.cdnwave.test", "*.trackwell.test", "*.eu.trackwell.test",
             "*.us.trackwell.test", "*.collect.trackwell.test", "*.metrics.trackwell.test",
             "*.evilnet.test"]

EXTRA_HOSTS = ["www.types.test", "mail.types.test", "ns.types.test", "www.signed.test",
               "www.nsec3.example", "www.bogus.test", "cdn.free-codecs.example",
               "drop.evilnet.test", "mail.lumen.example", "www.lumen.example", "harbour-news.test",
               "lantern.example", "tides.test", "kelp.test", "petrel.example"]

LEAF_ZONES = ["harbour-news.test", "tides.test", "kelp.test", "bannerfarm.test", "trackwell.test",
              "cdnwave.test", "evilnet.test", "types.test", "signed.test", "bogus.test",
              "lantern.example", "petrel.example", "lumen.example", "pixelry.example",
              "tagyard.example", "glyphs.example", "free-codecs.example", "nsec3.example"]
SIGNED_ZONES = ["signed.test", "nsec3.example"]       # knot signs them

LABEL63 = "a-label-of-sixty-three-octets-is-the-longest-that-there-can-be0"
TYPES = r"""
@ MX 10 mail
@ MX 20 mail.lumen.example.
@ TXT "v=spf1 -all" "a second string"
@ CAA 0 issue "ca.example"
@ CAA 0 iodef "mailto:hostmaster@types.test"
@ NAPTR 100 50 "s" "SIP+D2U" "" _sip._udp
@ HINFO "PDP-11" "UNIX"
@ SSHFP 4 2 7f7c2d3c0d1f4a5b6c7d8e9f00112233445566778899aabbccddeeff00112233
@ URI 10 1 "https://www.types.test/"
@ LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m
@ RP hostmaster.types.test. info.types.test.
@ TYPE65280 \# 4 0A000001
_sip._udp SRV 0 5 5060 www
_443._tcp.www TLSA 3 1 1 0b9fa5a59eed715c26c1020c711b4f6ec42d58b0015e14337a39dad301c5afc3
www HTTPS 1 . alpn=h2,http/1.1 ipv4hint=198.51.100.80 ipv6hint=2001:db8:51::80
alias HTTPS 0 www.types.test.
_dns SVCB 1 ns.types.test. alpn=dot port=853
d DNAME tides.test.
dots\.in\.a\.label A 198.51.100.80
nul\000here A 198.51.100.80
sp\032ace A 198.51.100.80
semi\;colon A 198.51.100.80
xn--mnchen-3ya A 198.51.100.80
_under_score A 198.51.100.80
*.wild TXT "from the wildcard"
empty.non.terminal A 198.51.100.80
big TXT {big}
huge TXT {huge}
{label}.{label}.{label} A 198.51.100.80
many A {many}
"""


def types_records():
    """Every type we care for, labels that are no host names, answers that do not fit."""
    big = " ".join('"{:03d}{}"'.format(n, "." * 180) for n in range(8))
    huge = " ".join('"{:03d}{}"'.format(n, "-" * 240) for n in range(12))
    text = TYPES.replace("{big}", big).replace("{huge}", huge).replace("{label}", LABEL63)
    many = ["many A 203.0.113.{}".format(n) for n in range(1, 121)]
    return [many if line.startswith("many") else [line] for line in text.split("\n") if line]


def soa(primary):
    return ["$TTL 300", "@ SOA {} hostmaster.nic.test. 2026112201 3600 900 604800 60".format(primary)]


def zone_of(name):
    return next(zone for zone in LEAF_ZONES if name == zone or name.endswith("." + zone))


def addresses(owner):
    return ["{} A {}".format(owner, WEB4), "{} AAAA {}".format(owner, WEB6)]


def all_hosts():
    pulled = [url.split("/")[0] for urls in SITES.values() for url in urls]
    hosts = set(SITES) | set(pulled) | set(EXTRA_HOSTS) | set(WILDCARDS)
    return sorted(host for host in hosts if host not in ALIASES)


def leaf_zone(zone):
    lines = soa("ns.nic.test.") + ["@ NS ns.nic.test."]
    for host in all_hosts():
        if zone_of(host) == zone:
            lines += addresses(host + ".")
    for site in SITES:
        if zone_of(site) == zone and not site.startswith("intranet"):
            lines.append("{}. HTTPS 1 . alpn=h2,http/1.1".format(site))
    for alias, target in ALIASES.items():
        if zone_of(alias) == zone:
            lines.append("{}. CNAME {}.".format(alias, target))
    if zone == "types.test":
        lines += [line for group in types_records() for line in group]
    return lines


def tld_zone(tld):
    """bogus.test has a DS and no signatures: a validator must refuse it."""
    server = "ns.nic.{}.".format(tld)
    lines = soa(server) + ["@ NS ns0.nic.{}.".format(tld), "ns0.nic A " + TLD4, "ns0.nic AAAA " + TLD6]
    if tld == "test":
        lines += ["a.roots A " + ROOT4, "a.roots AAAA " + ROOT6,
                  "ns.nic A " + LEAF4, "ns.nic AAAA " + LEAF6,
                  "bogus DS 12345 13 2 " + "ab" * 32]
    lines += ["{}. NS ns.nic.test.".format(zone) for zone in LEAF_ZONES if zone.endswith("." + tld)]
    return lines


def root_zone():
    lines = soa("a.roots.test.") + ["@ NS a.roots.test.", "a.roots.test. A " + ROOT4,
                                    "a.roots.test. AAAA " + ROOT6]
    for tld in ("test", "example"):
        lines += ["{0}. NS ns0.nic.{0}.".format(tld), "ns0.nic.{}. A {}".format(tld, TLD4),
                  "ns0.nic.{}. AAAA {}".format(tld, TLD6)]
    return lines + ["in-addr.arpa. NS ns0.nic.test.", "ip6.arpa. NS ns0.nic.test."]


def reverse_zones():
    v4 = soa("ns0.nic.test.") + ["@ NS ns0.nic.test.", "80.100.51.198 PTR www.harbour-news.test.",
                                 "3.100.51.198 PTR ns.nic.test.", "1.0.20.10 PTR gw.lumen.example."]
    nibbles = ".".join(reversed("20010db8005100000000000000000080"))
    v6 = soa("ns0.nic.test.") + ["@ NS ns0.nic.test.",
                                 "{} PTR www.harbour-news.test.".format(nibbles)]
    return {"in-addr.arpa": v4, "ip6.arpa": v6}


def page(site):
    """A page that asks for everything at once; what fails to load does no harm."""
    tags = []
    for url in SITES[site]:
        src = "https://" + url
        if url.endswith(".js"):
            tags.append('<script async src="{}"></script>'.format(src))
        elif url.endswith(".css"):
            tags.append('<link rel="stylesheet" href="{}">'.format(src))
        else:
            tags.append('<img alt="" src="{}">'.format(src))
    links = "".join('<a href="https://{0}/">{0}</a> '.format(other) for other in SITES)
    return "<!doctype html><title>{}</title>\n{}\n<p>{}</p>\n".format(site, "\n".join(tags), links)


def write_pages(folder):
    """nginx serves FOLDER/www/HOST for the sites and FOLDER/www/any for everything else."""
    for site in SITES:
        (folder / "www" / site).mkdir(parents=True)
        (folder / "www" / site / "index.html").write_text(page(site))
    names = sorted({zone_of(host) for host in all_hosts()})
    san = ",".join("DNS:{0},DNS:*.{0}".format(name) for name in names)
    (folder / "san").write_text("subjectAltName=" + san + "\n")


def write_zones(folder):
    zones = {"root": root_zone(), "test": tld_zone("test"), "example": tld_zone("example")}
    zones.update(reverse_zones())
    zones.update({zone: leaf_zone(zone) for zone in LEAF_ZONES})
    (folder / "zones").mkdir()
    for name, lines in zones.items():
        origin = "." if name == "root" else name + "."
        text = "$ORIGIN {}\n{}\n".format(origin, "\n".join(lines))
        (folder / "zones" / (name + ".zone")).write_text(text)


def main():
    folder = pathlib.Path(sys.argv[1])
    write_zones(folder)
    write_pages(folder)
    (folder / "leaf-zones").write_text("\n".join(LEAF_ZONES) + "\n")
    (folder / "signed-zones").write_text("\n".join(SIGNED_ZONES) + "\n")
    (folder / "sites").write_text("\n".join(SITES) + "\n")


if __name__ == "__main__":
    main()
