# shellcheck shell=bash
# shellcheck disable=SC2154 # what scripts/record and the files it reads before this one set
# Sourced by scripts/record: what the clients do while tcpdump listens. A scene is a function
# scene_NAME that makes NAME.pcap; its row says where it is recorded and what pcap/README.md tells.

resolver4=10.20.0.1
resolver6=2001:db8:20::1
knot4=198.51.100.3
knot6=2001:db8:51::3
nsd4=198.51.100.2

# name, tap, what, clients, servers (packages, for their versions)
scene_rows() {
	cat <<-END
		browse	lan	page loads in Chromium and curl: A, AAAA, HTTPS queries, TLS and HTTP/2 behind them, ARP and neighbour discovery between	chromium curl	unbound nginx-light
		types	lan	every record type we care for, odd labels, CNAME chains and loops, PTR, ANY, NXDOMAIN, NODATA, DNAME, wildcards, mixed case; IPv4 and IPv6	bind9-dnsutils knot-dnsutils ldnsutils	unbound
		edns	lan	EDNS in every form: sizes, options, cookies, client subnet, padding, NSID, version 1, unknown flags; straight to the servers and through the resolver	bind9-dnsutils knot-dnsutils	unbound knot nsd
		dnssec	lan	signed, NSEC and NSEC3 zones, DO, CD and AD, proofs of absence, a bogus zone	bind9-dnsutils knot-dnsutils ldnsutils	unbound knot
		tcp	lan	DNS over TCP: truncation and retry, several queries on a connection, pipelining, AXFR, a load; IPv4 and IPv6	bind9-dnsutils knot-dnsutils dnsperf	unbound knot nsd
		fragments	lan	answers of 2 to 4 KB over UDP, fragmented, IPv4 and IPv6	bind9-dnsutils knot-dnsutils	knot
		other	lan	DNS that is not a plain query: NOTIFY, UPDATE, STATUS, other classes, TSIG, no question, IXFR	bind9-dnsutils knot-dnsutils	knot nsd
		resolver	core	the far side of a resolver: RD=0, DO, 0x20 case, minimised names, referrals, DNSKEY and DS	unbound	nsd knot
		resolved	lan	systemd-resolved as the client: DO and CD set, its own questions for DS and DNSKEY	systemd-resolved	unbound
		load	lan	dnsperf: 3 000 names, some popular, some of the generated list, some that do not exist; IPv4 and IPv6	dnsperf	unbound
	END
}

from() {
	local space=$1
	shift
	ip netns exec "$tag-$space" timeout 30 "$@" >>"$work/clients.log" 2>&1 </dev/null || true
}

ask() {
	from desk dig +tries=1 +time=3 "@$resolver4" "$@"
}

ask6() {
	from phone kdig +timeout=3 +retry=0 "@$resolver6" "$@"
}

# browse SPACE SITE: a page load with a browser that has never seen the site. It finds its resolver
# in a resolv.conf of its own.
browse() {
	local space=$1 site=$2
	rm -rf "$work/chromium"
	mkdir "$work/chromium"
	# shellcheck disable=SC2016 # the inner shell expands
	HOME=$work/chromium from "$space" sh -c 'mount --bind "$1" "$(readlink -f /etc/resolv.conf)" &&
		shift && exec "$@"' sh "$work/resolv.$space" chromium --headless=new --no-sandbox \
		--disable-gpu --disable-dev-shm-usage --no-first-run --disable-background-networking \
		--disable-component-update --disable-default-apps --disable-extensions --disable-sync \
		--disable-domain-reliability --disable-field-trial-config --no-pings \
		--disable-features=OptimizationHints,MediaRouter,Translate \
		--host-resolver-rules='MAP *.google.com ~NOTFOUND,MAP *.googleapis.com ~NOTFOUND' \
		--ignore-certificate-errors --user-data-dir="$work/chromium" --timeout=6000 --dump-dom \
		"https://$site/"
}

scene_browse() {
	echo "nameserver $resolver4" >"$work/resolv.desk"
	echo "nameserver $resolver6" >"$work/resolv.phone"
	echo "nameserver $resolver4" >"$work/resolv.tv"
	browse desk www.harbour-news.test
	browse desk www.tides.test
	browse phone shop.lantern.example
	browse phone blog.petrel.example
	browse tv video.kelp.test
	browse desk intranet.lumen.example
	# What runs beside a browser: a television that calls home, a mail check, plain HTTP.
	local host
	for host in telemetry.kelp.test s2.us.trackwell.test qoe.kelp.test www.kelp.test; do
		from tv sh -c "mount --bind $work/resolv.tv \"\$(readlink -f /etc/resolv.conf)\" &&
			exec curl -sk -m 3 -o /dev/null http://$host/p.png"
	done
	from desk dig +tries=1 "@$resolver4" mail.lumen.example
	from desk dig +tries=1 "@$resolver4" lumen.example MX
	from phone dig +tries=1 "@$resolver4" beacon.drop.evilnet.test TXT
}

scene_types() {
	local type name
	for type in A AAAA NS SOA MX TXT CAA NAPTR HINFO URI LOC RP TYPE65280 ANY DS DNSKEY NSEC SPF; do
		ask types.test "$type"
	done
	for name in 'dots\.in\.a\.label' 'nul\000here' 'sp\032ace' 'semi\;colon' _under_score deep.wild \
		empty.non.terminal non.terminal many big xn--mnchen-3ya alias www.d; do
		ask "$name.types.test" A
		ask6 "$name.types.test" AAAA
	done
	ask types.test ANY +notcp
	ask anything.wild.types.test TXT
	ask alias.types.test HTTPS
	ask www.types.test HTTPS
	ask6 www.types.test HTTPS
	ask6 _dns.types.test SVCB
	ask6 _443._tcp.www.types.test TLSA
	ask _sip._udp.types.test SRV
	local label=a-label-of-sixty-three-octets-is-the-longest-that-there-can-be0
	ask "$label.$label.$label.types.test" A
	ask "${label:0:50}.$label.$label.$label.types.test" A
	for name in hop0 hop3 loop1 dangling; do
		ask "$name.types.test" A
		ask6 "$name.types.test" AAAA
	done
	for name in nowhere.types.test a.b.c.tides.test no-such-zone.example nothing.invalid localhost .; do
		ask "$name" A
		ask6 "$name" AAAA
	done
	ask -x 198.51.100.80
	ask6 -x 2001:db8:51::80
	ask -x 10.20.0.77
	for name in wWw.HaRBouR-nEws.TEsT ADS.BANNERFARM.TEST pX.tRaCkWeLl.TeSt; do
		ask "$name" A
		ask6 "$name" AAAA
		from tv drill "$name" "@$resolver4"
	done
	from tv drill -4 www.tides.test "@$resolver4" MX
	from tv drill -6 hop2.types.test "@$resolver6" AAAA
	ask +norecurse www.tides.test A
	ask +noadflag +noedns www.tides.test A
}

scene_edns() {
	local size server
	for size in 0 511 512 513 1232 1400 4096 65535; do
		ask "+bufsize=$size" +ignore big.types.test TXT
		ask "+bufsize=$size" ads.bannerfarm.test A
	done
	for server in "$knot4" "$nsd4" "$resolver4"; do
		from desk dig +tries=1 "@$server" +cookie=0123456789abcdef types.test SOA
		from desk dig +tries=1 "@$server" +cookie types.test SOA
		from desk dig +tries=1 "@$server" +nocookie +nsid +subnet=10.20.0.0/24 types.test SOA
		from desk dig +tries=1 "@$server" +subnet=2001:db8:20::/56 types.test SOA
		from desk dig +tries=1 "@$server" +edns=1 +noednsnegotiation types.test SOA
		from desk dig +tries=1 "@$server" +ednsflags=0x4000 types.test SOA
		from desk dig +tries=1 "@$server" +ednsopt=65001:c0ffee +padding=128 types.test SOA
		from desk dig +tries=1 "@$server" +ednsopt=65001 +ednsopt=65002:00 +keepalive types.test SOA
		from desk dig +tries=1 "@$server" +expire types.test SOA
		from desk dig +tries=1 "@$server" +noedns types.test SOA
		from phone kdig +retry=0 "@$server" +edns +cookie +padding=64 +dnssec types.test SOA
		from phone kdig +retry=0 "@$server" +nsid +bufsize=600 big.types.test TXT
	done
	# A server cookie that was never given out: BADCOOKIE, and the client's second try.
	from desk dig +tries=1 "@$knot4" +cookie=0123456789abcdef0123456789abcdef types.test SOA
	from phone kdig +retry=0 "@$knot6" +badcookie +cookie types.test SOA
	# A cookie of nine octets, which RFC 7873 does not allow.
	ask +ednsopt=10:0123456789abcdef01 px.trackwell.test A
}

scene_dnssec() {
	local name
	for name in www.signed.test signed.test nope.signed.test a.b.signed.test www.nsec3.example \
		nope.nsec3.example www.bogus.test; do
		ask +dnssec "$name" A
		ask6 +dnssec "$name" AAAA
		ask +cdflag "$name" A
		ask +adflag +noedns "$name" A
		from tv drill -D "$name" "@$resolver4"
	done
	for name in . test example signed.test nsec3.example; do
		ask +dnssec "$name" DNSKEY
		ask +dnssec "$name" DS
		ask +dnssec "$name" SOA
	done
	ask +dnssec signed.test NSEC
	ask +dnssec nsec3.example NSEC3PARAM
	from desk dig +tries=1 "@$knot4" +dnssec nope.signed.test A
	from phone kdig +retry=0 "@$knot6" +dnssec nope.nsec3.example A
}

scene_tcp() {
	ask +tcp www.harbour-news.test A
	ask +tcp ads.bannerfarm.test AAAA
	ask +bufsize=512 big.types.test TXT
	ask +noedns huge.types.test TXT
	ask6 +tcp huge.types.test TXT
	ask6 +tcp +keepopen www.tides.test A px.trackwell.test A www.kelp.test AAAA hop0.types.test A
	from desk dig +tcp +keepopen +tries=1 "@$resolver4" www.tides.test A \
		+tcp "@$resolver4" ads.bannerfarm.test A +tcp "@$resolver4" types.test ANY
	ask6 +tcp +keepalive +padding sync.pixelry.example A
	from desk dig "@$nsd4" test AXFR
	from desk dig -y "hmac-sha256:$tsig_name:$tsig_secret" "@$knot4" types.test AXFR
	from desk dig "@$knot4" types.test AXFR
	printf '%s\n' 'www.tides.test A' 'ads.bannerfarm.test A' 'www.kelp.test AAAA' \
		'collect.trackwell.test A' 'nowhere.types.test A' >"$work/tcp.queries"
	from phone dnsperf -m tcp -s "$resolver4" -d "$work/tcp.queries" -c 3 -q 12 -n 12 -Q 300
}

scene_fragments() {
	local server
	for server in "$knot4" "$knot6"; do
		from desk dig +tries=1 "@$server" +bufsize=4096 many.types.test A
		from desk dig +tries=1 "@$server" +bufsize=4096 huge.types.test TXT
		from desk dig +tries=1 "@$server" +bufsize=4096 big.types.test TXT
		from phone kdig +retry=0 "@$server" +bufsize=4096 +dnssec huge.types.test TXT
	done
}

scene_other() {
	local server opcode
	for server in "$knot4" "$nsd4"; do
		for opcode in 1 2 3 4 15; do
			from desk dig +tries=1 +time=2 "@$server" "+opcode=$opcode" types.test SOA
		done
		from desk dig +tries=1 "@$server" -q version.bind -t TXT -c CH
		from desk dig +tries=1 "@$server" -q id.server -t TXT -c CH
		from desk dig +tries=1 "@$server" -q types.test -t A -c HS
		from desk dig +tries=1 "@$server" -q types.test -t A -c NONE
		from desk dig +tries=1 "@$server" -q ads.bannerfarm.test -t A -c ANY
		from desk dig +tries=1 "@$server" +header-only +cookie
		from desk dig +tries=1 "@$server" types.test IXFR=2026112200
		from desk dig +tries=1 "@$server" +notcp types.test IXFR=2026112200
		from desk dig +tries=1 "@$server" +qr +raflag +aaflag +zflag +tcflag types.test A
	done
	from desk dig +tries=1 +time=2 "@$knot4" +opcode=6 types.test SOA
	from desk dig +tries=1 -y "hmac-sha256:$tsig_name:$tsig_secret" "@$knot4" ads.bannerfarm.test A
	from phone kdig +retry=0 -y "hmac-sha256:$tsig_name:$tsig_secret" "@$knot6" types.test SOA
	from desk dig +tries=1 -y "hmac-sha256:$tsig_name:d3Jvbmc=" "@$knot4" types.test SOA
	from desk dig +tries=1 "@$knot4" types.test TKEY
	printf 'server %s\nzone types.test\nupdate add new.types.test. 60 A 203.0.113.9\nsend\n' "$knot4" \
		>"$work/update"
	from desk nsupdate "$work/update"
	from desk nsupdate -y "hmac-sha256:$tsig_name:$tsig_secret" "$work/update"
}

scene_resolver() {
	local name
	for name in www.harbour-news.test metrics.harbour-news.test hop0.types.test www.signed.test \
		a.very.deep.name.in.eu.trackwell.test www.nsec3.example www.bogus.test big.types.test \
		huge.types.test nowhere.tides.test no-such-zone.example; do
		ask "$name" A
		ask "$name" AAAA
	done
	ask -x 198.51.100.80
	ask types.test ANY
}

# systemd-resolved is unpacked, never installed: its package would take /etc/resolv.conf over. It runs
# as nobody, with the rights it needs and a /run of its own.
scene_resolved() {
	local name base=$work/resolved
	mkdir -p "$base/root"
	(
		cd "$base" || exit
		apt-get -qq -o APT::Sandbox::User=root download systemd-resolved libsystemd-shared
		for name in *.deb; do
			dpkg -x "$name" root
		done
	) >>"$work/resolved.log" 2>&1
	printf '[Resolve]\nDNS=%s %s\nFallbackDNS=\nDNSSEC=allow-downgrade\nLLMNR=no\nMulticastDNS=no\n' \
		"$resolver4" "$resolver6" >"$base/settings"
	# shellcheck disable=SC2016 # the inner shell expands
	background desk resolved.log sh -c 'mount -t tmpfs tmpfs /run &&
		mkdir -p /run/systemd/resolve /run/systemd/resolved.conf.d &&
		cp "$1/settings" /run/systemd/resolved.conf.d/recorded.conf &&
		chown -R 65534:65534 /run/systemd/resolve &&
		LD_LIBRARY_PATH=$1/root/usr/lib/x86_64-linux-gnu/systemd exec setpriv --reuid=65534 \
			--regid=65534 --clear-groups --inh-caps=+net_bind_service,+net_raw,+setpcap \
			--ambient-caps=+net_bind_service,+net_raw,+setpcap \
			"$1/root/lib/systemd/systemd-resolved"' sh "$base"
	until_true 10 answers desk 127.0.0.53 www.tides.test A
	for name in www.harbour-news.test ads.bannerfarm.test hop0.types.test www.signed.test \
		nope.signed.test www.bogus.test big.types.test nowhere.types.test; do
		from desk dig +tries=1 @127.0.0.53 "$name" A
		from desk dig +tries=1 @127.0.0.53 "$name" AAAA
	done
	from desk dig +tries=1 @127.0.0.53 www.types.test HTTPS
	from desk dig +tries=1 @127.0.0.53 -x 198.51.100.80
}

scene_load() {
	"$here/lists.py" --queries 3000 >"$work/load.queries"
	head -n 2000 "$work/load.queries" >"$work/load.queries4"
	tail -n +2001 "$work/load.queries" >"$work/load.queries6"
	from desk dnsperf -s "$resolver4" -d "$work/load.queries4" -c 4 -q 40 -n 1 -Q 1000
	from phone dnsperf -f inet6 -s "$resolver6" -d "$work/load.queries6" -c 4 -q 40 -n 1 -Q 1000
}
