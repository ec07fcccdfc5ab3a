# shellcheck shell=bash
# shellcheck disable=SC2154 # what scripts/record and the files it reads before this one set
# Sourced by scripts/record: the namespaces, the links between them, and tcpdump on those links.
#
#   desk, phone, tv ── lan (a bridge) ──[tap lan]── gate (routes, unbound) ──[tap core]── srv (nsd, knot, nginx)

tag=weir-rec-$$
spaces=(lan desk phone tv gate srv)
pids=()          # what runs in the background

in_ns() {
	local space=$1
	shift
	ip netns exec "$tag-$space" "$@"
}

net_down() {
	local space pid
	for space in "${spaces[@]}"; do
		# Only what runs inside our own namespaces.
		for pid in $(ip netns pids "$tag-$space" 2>/dev/null); do
			kill -KILL "$pid" 2>/dev/null || true
		done
	done
	wait "${pids[@]}" 2>/dev/null || true
	for space in "${spaces[@]}"; do
		ip netns del "$tag-$space" 2>/dev/null || true
	done
}

# link SPACE NAME MAC PEER_SPACE PEER_NAME PEER_MAC: a wire without offloads, so that every checksum
# on it is the one that a network card would have sent.
link() {
	local feature
	ip -n "$tag-$1" link add "$2" address "$3" type veth \
		peer name "$5" address "$6" netns "$tag-$4"
	for feature in tx rx gro gso tso; do
		in_ns "$1" ethtool -K "$2" "$feature" off >/dev/null 2>&1 || true
		in_ns "$4" ethtool -K "$5" "$feature" off >/dev/null 2>&1 || true
	done
	ip -n "$tag-$1" link set "$2" up
	ip -n "$tag-$4" link set "$5" up
}

address() {
	local space=$1 dev=$2 addr
	shift 2
	for addr in "$@"; do
		case "$addr" in
		*:*) ip -n "$tag-$space" addr add "$addr" dev "$dev" nodad ;;
		*) ip -n "$tag-$space" addr add "$addr" dev "$dev" ;;
		esac
	done
}

# client SPACE NUMBER: a host on the bridge.
client() {
	link "$1" eth0 "02:00:00:00:20:$2" lan "$1" "02:00:00:00:21:$2"
	ip -n "$tag-lan" link set "$1" master br0
	address "$1" eth0 "10.20.0.$2/24" "2001:db8:20::$2/64"
	ip -n "$tag-$1" route add default via 10.20.0.1
	ip -n "$tag-$1" route add default via 2001:db8:20::1
}

net_up() {
	local space
	for space in "${spaces[@]}"; do
		ip netns add "$tag-$space"
		ip -n "$tag-$space" link set lo up
		in_ns "$space" sysctl -q -w net.ipv6.conf.all.accept_ra=0 net.ipv6.conf.default.accept_ra=0 \
			net.ipv6.conf.default.router_solicitations=0
	done
	ip -n "$tag-lan" link add br0 address 02:00:00:00:21:00 type bridge mcast_snooping 0
	in_ns lan sysctl -q -w net.ipv6.conf.default.disable_ipv6=1 net.ipv6.conf.all.disable_ipv6=1
	ip -n "$tag-lan" link set br0 up
	link gate lan0 02:00:00:00:20:01 lan uplink 02:00:00:00:21:01
	ip -n "$tag-lan" link set uplink master br0
	address gate lan0 10.20.0.1/24 2001:db8:20::1/64
	client desk 11
	client phone 12
	client tv 13

	link gate core0 02:00:00:00:51:fe srv eth0 02:00:00:00:51:01
	address gate core0 198.51.100.254/24 2001:db8:51::fe/64
	address srv eth0 198.51.100.1/24 198.51.100.2/24 198.51.100.3/24 198.51.100.80/24 \
		2001:db8:51::1/64 2001:db8:51::2/64 2001:db8:51::3/64 2001:db8:51::80/64
	ip -n "$tag-srv" route add default via 198.51.100.254
	ip -n "$tag-srv" route add default via 2001:db8:51::fe
	in_ns gate sysctl -q -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
}

# until_true SECONDS COMMAND...: waits for a condition, not for a time.
until_true() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		if [ "$SECONDS" -ge "$end" ]; then
			echo "record: waited in vain for: $*" >&2
			return 1
		fi
		sleep 0.05
	done
}

# capture_start POINT FILE: POINT is lan (clients to the resolver) or core (resolver to servers).
capture_start() {
	local space=lan dev=uplink
	if [ "$1" = core ]; then
		space=srv
		dev=eth0
	fi
	: >"$work/tcpdump"
	ip netns exec "$tag-$space" tcpdump -i "$dev" -s 0 -B 16384 -U --immediate-mode -Z root -w "$2" \
		2>"$work/tcpdump" &
	pids+=($!)
	tcpdump_pid=$!
	until_true 10 grep -q 'listening on' "$work/tcpdump"
}

# The last frames are on disk when the file has stopped growing.
settled() {
	local before after
	before=$(stat -c %s "$1")
	sleep 0.3
	after=$(stat -c %s "$1")
	[ "$before" -eq "$after" ]
}

capture_stop() {
	until_true 20 settled "$1"
	kill -INT "$tcpdump_pid"
	wait "$tcpdump_pid" || true
	if ! grep -q '^0 packets dropped by kernel' "$work/tcpdump"; then
		echo "record: $1 is not whole: $(tail -n 1 "$work/tcpdump")" >&2
		return 1
	fi
}
