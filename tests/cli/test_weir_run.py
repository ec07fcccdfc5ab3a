# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""weir run on devices that are files: traffic, signals, what it refuses, nothing left behind."""
import glob
import os
import re
import shutil
import signal
import subprocess
import tempfile

import captures
import pytest

WEIR = os.environ['WEIR']
OK, FAILURE, USAGE, UNAVAILABLE, PERMISSION, CONFIG = 0, 1, 2, 69, 77, 78
PREFIX = 'weir_cli_%d' % os.getpid()
LIST = '[list ads]\npath = ads.txt\nformat = domains\naction = nxdomain\n'
PORTS = '[port lan]\ndevice = net_pcap0,rx_pcap=in.pcap,tx_pcap=lan.pcap\npeer = wan\nside = clients\n' \
        '[port wan]\ndevice = net_pcap1,rx_pcap=back.pcap,tx_pcap=wan.pcap\npeer = lan\nside = servers\n'


def without_warnings(err):
    return re.sub(r'^weir run: (warning: .*|port \S+: link is up.*)\n', '', err, flags=re.M)


class Box:
    """A folder with what a run needs, and the program while it runs."""

    def __init__(self, path):
        self.path = path
        self.running = None
        self.write('ads.txt', 'ads.test\n')
        self.write('in.pcap', captures.pcap([captures.query('ads.test'), captures.query('ok.test')]))
        self.write('back.pcap', captures.pcap([captures.over(b'x' * 40, sport=53, dport=40000)]))
        self.configure()

    def write(self, name, content):
        with open(os.path.join(self.path, name), 'wb') as file:
            file.write(content.encode() if isinstance(content, str) else content)

    def configure(self, ports=PORTS, extra='', weir='', eal=''):
        self.write('weir.ini', f'[weir]\n{weir}state_dir = state\n[eal]\nhugepages = no\nfile_prefix = {PREFIX}\n{eal}'
                               f'{ports}{LIST}{extra}')

    def start(self, *args, until='wait', **kwargs):
        """Captures have an end: they are read once the policy is there."""
        self.running = subprocess.Popen([WEIR, 'run', '-c', 'weir.ini', '--set', 'weir.until_ready=' + until, *args],
                                        cwd=self.path, text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, **kwargs)
        return self.running

    def until(self, pattern):
        """What is printed up to a line that matches."""
        seen = ''
        for line in self.running.stdout:
            seen += line
            if re.search(pattern, line):
                return seen
        raise AssertionError(seen + self.running.stderr.read())

    def until_said(self, pattern):
        """What is said on standard error up to a line that matches."""
        seen = ''
        for line in self.running.stderr:
            seen += line
            if re.search(pattern, line):
                return seen
        raise AssertionError(seen)

    def replace(self, name, content):
        """As a download does: another file under the same name."""
        self.write(name + '.part', content)
        os.rename(os.path.join(self.path, name + '.part'), os.path.join(self.path, name))

    def end_whole(self):
        """Exit status, standard output and standard error."""
        out, err = self.running.communicate(timeout=60)
        assert not glob.glob('/run/dpdk/' + PREFIX)
        return self.running.returncode, out, err

    def end(self):
        """The same, standard error without warnings of this machine."""
        code, out, err = self.end_whole()
        return code, out, without_warnings(err)

    def frames(self, name):
        return captures.read(os.path.join(self.path, name))


@pytest.fixture
def box(tmp_path):
    box = Box(tmp_path)
    yield box
    if box.running is not None and box.running.poll() is None:
        box.running.kill()
        box.running.wait()


def assert_refused(box, status, words, *args, **kwargs):
    """One line and the exit status."""
    box.start(*args, **kwargs)
    code, out, err = box.end()
    assert (code, out) == (status, ''), err
    assert err.count('\n') == 1, err
    assert words in err


# What is refused

@pytest.mark.parametrize('args', [['argument'], ['--nonsense'], ['--stats'], ['--stats', '0'],
                                  ['--stats', 'x'], ['--stats', '-1'], ['--stats', '100000']])
def test_wrong_usage_is_refused(box, args):
    box.start(*args)
    code, out, err = box.end()
    assert (code, out) == (USAGE, '') and err


def test_a_run_without_ports_is_refused(box):
    box.configure(ports='')
    assert_refused(box, CONFIG, 'has no [port]')


def test_an_unknown_device_is_refused(box):
    box.configure(ports='[port lan]\ndevice = net_nosuch0\npeer = lan\n')
    assert_refused(box, UNAVAILABLE, 'net_nosuch0: no driver of that name')
    box.configure(ports='[port lan]\ndevice = net_pcap0,rx_pcap=none.pcap\npeer = lan\n')
    assert_refused(box, UNAVAILABLE, 'none.pcap: No such file')
    box.configure(ports='[port lan]\ndevice = 0000:ff:1f.7\npeer = lan\n')
    assert_refused(box, UNAVAILABLE, '0000:ff:1f.7')


def test_a_device_that_does_not_start_is_refused_with_what_its_driver_says(box):
    box.configure(ports='[port lan]\ndevice = net_memif0,role=client,socket={},socket-abstract=no\npeer = lan\n'.format(
        os.path.join(box.path, 'none')))
    box.start()
    code, _, err = box.end()
    assert code == UNAVAILABLE and err.count('\n') == 1, err
    assert err.startswith('weir run: weir.ini:7: [port lan] device net_memif0,'), err
    assert 'does not start: its driver failed (Failed to connect socket: ' in err


@pytest.mark.parametrize('device', ['net_memif0,role=server,socket-abstract=no,socket=', 'net_vhost0,iface='])
def test_a_device_starts_where_a_killed_run_listened(box, device):
    """The kernel keeps the socket's name, at which the driver of the next one fails."""
    name = os.path.join(box.path, 'socket')
    box.configure(ports='[port lan]\ndevice = {}{}\npeer = lan\n'.format(device, name))
    box.start()
    box.until('^ready')
    assert os.path.exists(name)
    box.running.send_signal(signal.SIGKILL)
    box.running.communicate(timeout=60)
    box.start()
    box.until('^ready')
    box.running.send_signal(signal.SIGTERM)
    code, _, err = box.end_whole()
    assert code == OK
    assert '[port lan] {}: whoever listened there is gone and left its socket: it is taken away\n'.format(name) in err


def test_a_device_twice_is_refused(box):
    box.configure(ports=PORTS.replace('net_pcap1', 'net_pcap0'))
    assert_refused(box, CONFIG, 'net_pcap0')


def test_an_lcore_that_there_is_not_is_refused(box):
    lcore = '[lcore 1]\nrole = worker\nports = lan, wan\n'
    box.configure(extra=lcore, eal='lcores = 0@0,2@0\n')
    assert_refused(box, CONFIG, 'lcore 1')
    box.configure(extra=lcore, eal='lcores = 0@0,1@8191\n')
    assert_refused(box, CONFIG, '8191')


def test_more_queues_than_the_device_has_are_refused(box):
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip('cpus: needs two')
    box.configure(extra='[lcore 1]\nports = lan:0, wan\n[lcore 2]\nports = lan:1\n',
                  eal='lcores = 0@0,(1,2)@1\n')
    assert_refused(box, CONFIG, '1 receive queue, the lcores need 2')


def test_a_frame_that_fits_no_buffer_is_refused(box):
    box.configure(ports='[port lan]\ndevice = net_null0,no-rx=1\npeer = lan\nmtu = 9000\n')
    assert_refused(box, CONFIG, 'mtu = 9000')


def test_arguments_that_eal_does_not_know_are_refused(box):
    box.configure(eal='args = --nonsense\n')
    assert_refused(box, CONFIG, "unrecognized option '--nonsense'")
    assert_refused(box, CONFIG, 'weir.ini:6: [eal] args = --nonsense: ')
    box.configure(eal='args = --no-memory\n')
    box.start()
    assert 'MB are asked for' not in box.end()[2]


def test_hugepages_that_are_not_there_are_refused(box):
    with open('/proc/meminfo', encoding='ascii') as file:
        if int(re.search(r'HugePages_Free: +(\d+)', file.read()).group(1)) > 0:
            pytest.skip('hugepages: this machine has some')
    box.configure()
    assert_refused(box, UNAVAILABLE, 'nr_hugepages', '--set', 'eal.hugepages=yes')


def test_a_second_run_of_the_same_prefix_is_refused(box, tmp_path_factory):
    box.start()
    box.until('^ready')
    other = Box(tmp_path_factory.mktemp('other'))
    other.start()
    out, err = other.running.communicate(timeout=60)
    assert (other.running.returncode, out) == (UNAVAILABLE, '')
    err = without_warnings(err)
    assert err.count('\n') == 1 and 'Is another primary process running' in err
    assert f'weir.ini:5: [eal] file_prefix = {PREFIX}: another instance uses it' in err
    box.running.send_signal(signal.SIGTERM)
    assert box.end()[0] == OK


@pytest.mark.skipif(os.geteuid() != 0, reason='root: needed to become someone else')
@pytest.mark.parametrize('device', ['net_af_packet0,iface=lo', 'net_tap0'])
def test_a_device_that_needs_root_is_refused_to_others(device):
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(WEIR, folder + '/weir')
        box = Box(folder)
        box.configure(ports=f'[port lan]\ndevice = {device}\npeer = lan\n')
        for path in [folder] + glob.glob(folder + '/*'):
            os.chown(path, 65534, 65534)
        done = subprocess.run(['./weir', 'run', '-c', 'weir.ini'], cwd=folder, text=True,
                              capture_output=True, timeout=60, user=65534, group=65534, extra_groups=[],
                              env={'PATH': '/usr/bin:/bin'})
        assert (done.returncode, done.stdout) == (PERMISSION, ''), done.stderr
        err = without_warnings(done.stderr)
        assert err.count('\n') == 1 and 'it may need root' in err


# What it does

@pytest.mark.parametrize('number', [signal.SIGTERM, signal.SIGINT])
def test_frames_leave_by_the_peer_and_answers_by_their_port(box, number):
    box.start('--stats', '1')
    box.until('^ready')
    box.until('^ +3  received')
    box.running.send_signal(number)
    code, out, err = box.end()
    assert (code, err) == (OK, '')
    assert re.search(r'3  received = passed 2 \+ answered 1 \+ dropped 0; sent 3', out)
    passed = [captures.query('ok.test')]
    assert box.frames('wan.pcap') == passed
    lan = box.frames('lan.pcap')
    assert len(lan) == 2 and captures.over(b'x' * 40, sport=53, dport=40000) in lan


def test_who_comes_in_by_a_port_is_of_its_group(box):
    group = '[group lan]\ndefault = nodata\n[clients lan]\nports = lan\n'
    box.configure(extra=group)
    box.write('back.pcap', captures.pcap([captures.query('ok.test')]))
    box.configure(ports=PORTS.replace('side = servers', 'side = both'), extra=group)
    box.start('--stats', '1')
    box.until('^ready')
    box.until('^ +3  received')  # lan's two queries are answered; wan's is passed
    box.running.send_signal(signal.SIGTERM)
    code, out, err = box.end()
    assert (code, err) == (OK, '')
    assert re.search(r'received = passed 1 \+ answered 2 \+ dropped 0', out), out
    assert re.search(r'1 +answered_nodata ', out) and re.search(r'1 +answered_nxdomain ', out), out


def test_the_ledger_is_printed_on_request(box):
    box.start('--placement')
    seen = box.until('^ready')
    assert 'mbuf pool of port lan' in seen and 'dtab lcore 1' in seen
    assert re.search(r'misplaced: 0 of \d+ objects', seen)
    box.running.send_signal(signal.SIGTERM)
    assert box.end()[0] == OK


def test_signals_that_ask_do_not_end_it(box):
    box.start()
    lcores = re.findall('^(?:lan|wan) .*', box.until('^ready'), flags=re.M)
    box.running.send_signal(signal.SIGHUP)
    box.until_said('generation 2 is in force: read .* ms, build .* ms, publish .* ms, reclaim .* ms$')
    box.running.send_signal(signal.SIGUSR1)
    seen = box.until('packets by reason:')
    assert 'policy: generation 2\n' in seen
    assert re.findall('^(?:lan|wan) .*', seen, flags=re.M) == lcores
    assert 'wan' in box.until('^wan  ')
    box.running.send_signal(signal.SIGTERM)
    assert box.end()[0] == OK


# Reloads

def names(n, first=0):
    return ''.join(f'n{i}.test\n' for i in range(first, first + n))


def counted(box, reason):
    """The counters of a run, once that reason is among them."""
    for _ in range(100):
        box.running.send_signal(signal.SIGUSR1)
        seen = box.until('received = ')
        if reason in seen:
            return seen
    raise AssertionError(seen)


ENDLESS = '[port lan]\ndevice = net_pcap0,rx_pcap=in.pcap,infinite_rx=1\npeer = lan\n'


def test_a_reload_changes_the_verdicts_of_traffic(box):
    """What was blocked passes, what passed is blocked, and every packet has its reason."""
    box.configure(ports=ENDLESS, weir='numa = prefer\n')
    box.start()
    box.until('^ready')
    counted(box, 'answered_nxdomain')
    box.replace('ads.txt', 'ok.test\nmore.test\n')
    box.running.send_signal(signal.SIGHUP)
    said = box.until_said('generation 2 is in force')
    assert 'list ads: 2 rules, 2 added, 1 removed' in said
    box.configure(ports=ENDLESS, weir='numa = prefer\n', extra='[group default]\ndefault = refused\n')
    box.running.send_signal(signal.SIGHUP)
    assert 'list ads' not in box.until_said('generation 3 is in force')
    assert 'policy: generation 3\n' in counted(box, 'answered_refused')
    box.running.send_signal(signal.SIGTERM)
    assert box.end()[0] == OK


@pytest.mark.parametrize('content, words', [
    (names(49), r'ads\.txt: 49 rules, 100 were read last: shrank by more than max_shrink = 50 %'),
    (names(94) + 'bad..name\n' * 6, r'6 of 100 rule lines are bad, more than max_bad = 5 %'),
    (None, 'No such file'),
    (dict(), 'directory|regular file')], ids=['shrunk', 'bad', 'gone', 'directory'])
def test_a_list_that_is_refused_keeps_what_was_read(box, content, words):
    box.write('ads.txt', names(100))
    box.start()
    box.until('^ready')
    os.unlink(os.path.join(box.path, 'ads.txt'))
    if isinstance(content, str):
        box.write('ads.txt', content)
    elif content is not None:
        os.mkdir(os.path.join(box.path, 'ads.txt'))
    box.running.send_signal(signal.SIGHUP)
    said = box.until_said('generation 2 is in force, 1 of its lists is stale')
    assert 'list ads is stale, what was read of it before stays: ' in said
    assert re.search(words, said), said
    assert 'weir.ini:' in said
    box.running.send_signal(signal.SIGTERM)
    assert box.end()[0] == OK


def test_a_compiled_policy_is_reloaded_as_a_whole(box):
    """Nothing of it comes out of the lists, and a broken one changes nothing."""
    def compile():
        done = subprocess.run([WEIR, 'compile', '-c', 'weir.ini', '-o', 'p.weirdb'], cwd=box.path, timeout=60,
                              capture_output=True, text=True)
        assert done.returncode == OK, done.stderr
    compile()
    box.start('--policy', 'p.weirdb')
    box.until('^ready')
    box.replace('ads.txt', 'more.test\nads.test\n')
    box.running.send_signal(signal.SIGHUP)
    assert 'list ads' not in box.until_said('generation 2 is in force')
    compile()
    box.running.send_signal(signal.SIGHUP)
    assert 'list ads: 2 rules, 1 added, 0 removed' in box.until_said('generation 3 is in force')
    box.replace('p.weirdb', 'nonsense, and too short')
    box.running.send_signal(signal.SIGHUP)
    box.until_said('reload failed, generation 3 stays in force')
    box.running.send_signal(signal.SIGTERM)
    assert box.end()[0] == OK


def test_a_reload_of_a_wrong_ini_leaves_the_policy(box):
    box.start()
    box.until('^ready')
    box.configure(weir='nonsense = 1\n')
    box.running.send_signal(signal.SIGHUP)
    said = box.until_said('reload failed, generation 1 stays in force')
    assert 'weir.ini:2: [weir] nonsense' in said
    box.running.send_signal(signal.SIGTERM)
    assert box.end()[0] == OK


def test_a_key_that_wants_a_restart_is_told_and_stays(box):
    box.start()
    box.until('^ready')
    box.configure(weir='idle = pause\nmalformed = drop\n')
    box.running.send_signal(signal.SIGHUP)
    said = box.until_said('generation 2 is in force')
    assert 'weir.ini:2: [weir] idle = pause: only a restart brings it in force; until then it is `adaptive\'' in said
    assert 'weir.ini:3: [weir] malformed = drop: it was `pass\'\n' in said
    box.running.send_signal(signal.SIGTERM)
    assert box.end()[0] == OK


@pytest.mark.parametrize('until, reason', [('pass', 'passed'), ('drop', 'dropped')])
def test_what_comes_before_the_first_policy_has_its_own_reason(box, until, reason):
    """Until the table of so many names is there a capture has long been read."""
    box.write('ads.txt', 'ads.test\n' + names(200000))
    box.configure(weir='numa = prefer\nidle = adaptive\n')
    box.start(until=until)
    box.until('^ready')
    box.running.send_signal(signal.SIGTERM)
    code, out, _ = box.end()
    assert code == OK
    assert re.search(rf' 2  {reason}_until_ready ', out), out


def test_a_second_signal_ends_it_too(box):
    box.configure(ports='[port lan]\ndevice = net_null0\npeer = lan\n', weir='drain_limit = 60s\n')
    box.start()
    box.until('^ready')
    box.running.send_signal(signal.SIGTERM)
    box.running.send_signal(signal.SIGTERM)
    code, out, err = box.end()
    assert (code, err) == (OK, '')
    assert 'received = passed' in out


def test_every_idle_mode_sees_what_comes(box):
    for idle in ('spin', 'pause', 'adaptive'):
        box.configure(weir=f'idle = {idle}\n')
        box.start('--stats', '1')
        box.until('^ +3  received')
        box.running.send_signal(signal.SIGTERM)
        assert box.end()[0] == OK
