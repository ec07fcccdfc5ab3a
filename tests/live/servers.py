# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""A small internet on the far side, and resolvers that ask it on the near side.

Far: knot for the root and `test`, knot for `names.test` (both with cookies), unbound and named as
resolvers. Near: unbound and named, each iterating and forwarding, on ports of 127.0.0.1.
"""
import lab

ROOT, LEAF, UNBOUND, NAMED = 1, 2, 3, 4  # last number of an address
WWW = ('198.51.100.80', '2001:db8:51::80')
BIG = ' '.join('"{:03d}{}"'.format(n, '.' * 200) for n in range(14))

ZONES = {
    '.': """
@ NS a.roots.test.
a.roots.test. A 198.51.100.1
a.roots.test. AAAA 2001:db8:51::1
test. NS ns.test.
ns.test. A 198.51.100.1
ns.test. AAAA 2001:db8:51::1
""",
    'test.': """
@ NS ns
ns A 198.51.100.1
ns AAAA 2001:db8:51::1
a.roots A 198.51.100.1
a.roots AAAA 2001:db8:51::1
names NS ns.names
ns.names A 198.51.100.2
ns.names AAAA 2001:db8:51::2
""",
    # What is blocked is there as well: a block that does not happen shows.
    'names.test.': """
@ NS ns
ns A 198.51.100.2
ns AAAA 2001:db8:51::2
""" + ''.join("""
{0} A {1}
{0} AAAA {2}
{0} HTTPS 1 . alpn=h2
""".format(owner, *WWW) for owner in ('www', '*.www', 'ads', '*.ads', 'trap', '*.trap')) + """
big TXT """ + BIG + '\n',
}

KNOT = """
server:
  rundir: {folder}
  listen: [{listen}]
  udp-max-payload: 4096
  background-workers: 1
  udp-workers: 1
  tcp-workers: 1
log:
  - target: stderr
    any: warning
database:
  storage: {folder}
mod-cookies:
  - id: default
template:
  - id: default
    storage: {folder}
    zonefile-sync: -1
    journal-content: none
    global-module: [mod-cookies/default]
zone:
"""

UNBOUND_CONF = """
server:
  access-control: 0.0.0.0/0 allow
  access-control: ::/0 allow
  username: ""
  chroot: ""
  directory: "{folder}"
  pidfile: ""
  use-syslog: no
  verbosity: 1
  num-threads: 1
  module-config: "iterator"
  root-hints: "{folder}/hints"
  do-not-query-localhost: yes
  use-caps-for-id: yes
  qname-minimisation: yes
  edns-buffer-size: 1232
  local-zone: "test." nodefault
remote-control:
  control-enable: no
"""

NAMED_CONF = """
options {{
  directory "{folder}";
  pid-file none;
  session-keyfile none;
  listen-on port {port} {{ {listen4}; }};
  listen-on-v6 port {port} {{ {listen6}; }};
  allow-query {{ any; }};
  recursion yes;
  allow-recursion {{ any; }};
  dnssec-validation no;
  empty-zones-enable no;
  {extra}
}};
controls {{ }};
logging {{
  channel all {{ stderr; severity info; print-category yes; }};
  category default {{ all; }};
  category resolver {{ all; }};
  category lame-servers {{ all; }};
}};
{zone}
"""


def addresses(number):
    return ['198.51.100.{}'.format(number), '2001:db8:51::{}'.format(number)]


class Servers:
    """All of them; `resolvers` maps a name to the port at which it answers on the near side."""

    def __init__(self, folder, near, far):
        self.folder, self.near, self.far = folder, near, far
        self.logs = {}
        for name, records in ZONES.items():
            text = '$ORIGIN {0}\n$TTL 300\n@ SOA ns.test. host.test. 1 900 300 3600 60\n{1}'
            (folder / ((name.rstrip('.') or 'root') + '.zone')).write_text(text.format(name, records))
        (folder / 'hints').write_text('. 3600 NS a.roots.test.\na.roots.test. 3600 A 198.51.100.1\n'
                                      'a.roots.test. 3600 AAAA 2001:db8:51::1\n')
        for number in (ROOT, LEAF, UNBOUND, NAMED, 80):
            v4, v6 = addresses(number)
            far.ip('address', 'add', v4 + '/32', 'dev', 'lo')
            far.ip('address', 'add', v6 + '/128', 'dev', 'lo', 'nodad')
        self._start_far()
        self.resolvers = self._start_near()

    def _start(self, space, name, at, port, *command):
        """Starts a server; gives what is asked until it answers."""
        path = self.folder / (name + '.log')
        self.logs[name] = path
        with open(path, 'wb') as log:
            process = space.start(*command, stdout=log, stderr=log)
        return space, name, at, port, process

    def _await(self, started):
        def answers():
            assert process.poll() is None, self.logs[name].read_text()
            return space.run('dig', '@' + at, '-p', str(port), '+tries=1', '+time=1', 'CH', 'TXT',
                             'version.bind').returncode == 0
        for space, name, at, port, process in started:
            lab.wait_for(answers, name + ' to answer')

    def _knot(self, name, number, zones):
        folder = self.folder / name
        folder.mkdir()
        text = KNOT.format(folder=folder, listen=', '.join(a + '@53' for a in addresses(number)))
        for zone in zones:
            text += '  - domain: {}\n    file: {}\n'.format(
                zone, self.folder / ((zone.rstrip('.') or 'root') + '.zone'))
        (folder / 'conf').write_text(text)
        return self._start(self.far, name, addresses(number)[0], 53, 'knotd', '-c', str(folder / 'conf'))

    def _unbound(self, space, name, at, port, extra):
        path = self.folder / (name + '.conf')
        interfaces = ''.join('  interface: {}\n  '.format(a) for a in at)
        path.write_text(UNBOUND_CONF.format(folder=self.folder).replace(
            'server:\n', 'server:\n' + interfaces + 'port: {}\n'.format(port)) + extra)
        return self._start(space, name, at[0], port, 'unbound', '-d', '-c', str(path))

    def _named(self, space, name, at, port, forward=None):
        folder = self.folder / name
        folder.mkdir()
        extra, zone = '', 'zone "." {{ type hint; file "{}/hints"; }};'.format(self.folder)
        if forward:
            extra, zone = 'forward only; forwarders {{ {}; }};'.format(forward), ''
        (folder / 'conf').write_text(NAMED_CONF.format(
            folder=folder, port=port, listen4=at[0], listen6=at[1] if len(at) > 1 else 'none',
            extra=extra, zone=zone))
        return self._start(space, name, at[0], port, 'named', '-g', '-n', '1', '-c',
                           str(folder / 'conf'))

    def _start_far(self):
        self._await([
            self._knot('knot-root', ROOT, ['.', 'test.']),
            self._knot('knot-leaf', LEAF, ['names.test.']),
            self._unbound(self.far, 'unbound', addresses(UNBOUND), 53, ''),
            self._named(self.far, 'named', addresses(NAMED), 53)])

    def _start_near(self):
        forward = 'forward-zone:\n  name: "."\n  forward-addr: {}\n'
        here = ['127.0.0.1']
        started = [
            self._unbound(self.near, 'unbound-iterates', here, 5301, ''),
            self._unbound(self.near, 'unbound-forwards', here, 5302,
                          forward.format(addresses(UNBOUND)[0])),
            self._named(self.near, 'named-iterates', here, 5303),
            self._named(self.near, 'named-forwards', here, 5304, addresses(NAMED)[0])]
        self._await(started)
        return {name: port for _, name, _, port, _ in started}
