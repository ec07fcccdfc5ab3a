# shellcheck shell=bash
# shellcheck disable=SC2154 # what scripts/record and the files it reads before this one set
# Sourced by scripts/record: writes the servers' settings under $work, signs the zones, starts them.

# One shared secret, made up, for the transfers and updates that are recorded.
tsig_name=transfer.types.test.
tsig_secret=d2VpciByZWNvcmRzIHRoaXMsIG5vdGhpbmcgc2VjcmV0IGhlcmU=

write_knot() {
	local zone
	cat <<-END
		server:
		  rundir: $work/knot
		  listen: [198.51.100.3@53, 2001:db8:51::3@53]
		  user: root:root
		  udp-max-payload: 4096
		  background-workers: 1
		  udp-workers: 1
		  tcp-workers: 1
		  nsid: knot.types.test
		log:
		  - target: stderr
		    any: warning
		database:
		  storage: $work/knot
		key:
		  - id: $tsig_name
		    algorithm: hmac-sha256
		    secret: $tsig_secret
		acl:
		  - id: transfer
		    key: $tsig_name
		    action: [transfer, update, notify]
		policy:
		  - id: nsec
		    algorithm: ecdsap256sha256
		    manual: on
		  - id: nsec3
		    algorithm: ecdsap256sha256
		    manual: on
		    nsec3: on
		    nsec3-iterations: 0
		mod-cookies:
		  - id: default
		template:
		  - id: default
		    storage: $work/zones
		    file: "%s.zone"
		    zonefile-sync: -1
		    journal-content: none
		    acl: transfer
		    global-module: [mod-cookies/default]
		zone:
	END
	while read -r zone; do
		echo "  - domain: $zone"
		case "$zone" in
		signed.test) printf '    dnssec-signing: on\n    dnssec-policy: nsec\n' ;;
		nsec3.example) printf '    dnssec-signing: on\n    dnssec-policy: nsec3\n' ;;
		esac
	done <"$work/leaf-zones"
}

write_nsd() {
	local zone
	cat <<-END
		server:
		  ip-address: 198.51.100.1
		  ip-address: 198.51.100.2
		  ip-address: 2001:db8:51::1
		  ip-address: 2001:db8:51::2
		  username: ""
		  database: ""
		  zonesdir: "$work/zones"
		  zonelistfile: "$work/nsd.zones"
		  xfrdfile: "$work/nsd.xfrd"
		  xfrdir: "$work"
		  pidfile: "$work/nsd.pid"
		  cookie-secret-file: ""
		  server-count: 1
		  answer-cookie: yes
		  ipv4-edns-size: 4096
		  ipv6-edns-size: 4096
		  identity: "nsd.types.test"
		remote-control:
		  control-enable: no
	END
	for zone in . test example in-addr.arpa ip6.arpa; do
		printf 'zone:\n  name: "%s"\n  zonefile: "%s"\n  provide-xfr: 0.0.0.0/0 NOKEY\n' \
			"$zone" "$(zone_file "$zone")"
	done
}

write_unbound() {
	local zone
	cat <<-END
		server:
		  interface: 10.20.0.1
		  interface: 2001:db8:20::1
		  access-control: 0.0.0.0/0 allow
		  access-control: ::/0 allow
		  username: ""
		  chroot: ""
		  directory: "$work"
		  pidfile: ""
		  use-syslog: no
		  verbosity: 0
		  num-threads: 1
		  root-hints: "$work/hints"
		  trust-anchor-file: "$work/anchor"
		  use-caps-for-id: yes
		  qname-minimisation: yes
		  edns-buffer-size: 1232
		  max-udp-size: 4096
		  ede: yes
		  val-log-level: 0
	END
	# Unbound answers these itself unless told not to.
	for zone in test 100.51.198.in-addr.arpa 10.in-addr.arpa 8.b.d.0.1.0.0.2.ip6.arpa; do
		echo "  local-zone: \"$zone.\" nodefault"
	done
	printf 'remote-control:\n  control-enable: no\n'
}

write_nginx() {
	cat <<-END
		daemon off;
		pid $work/nginx.pid;
		worker_processes 1;
		user root;
		events { worker_connections 256; }
		http {
		  access_log off;
		  default_type text/html;
		  client_body_temp_path $work/nginx-tmp; proxy_temp_path $work/nginx-tmp;
		  fastcgi_temp_path $work/nginx-tmp; uwsgi_temp_path $work/nginx-tmp;
		  scgi_temp_path $work/nginx-tmp;
		  server {
		    listen 198.51.100.80:80; listen [2001:db8:51::80]:80;
		    listen 198.51.100.80:443 ssl http2; listen [2001:db8:51::80]:443 ssl http2;
		    ssl_certificate $work/cert; ssl_certificate_key $work/key;
		    root $work/www/\$host;
		    location ~ \.js\$ { default_type text/javascript; return 200 "document.title += '.';"; }
		    location ~ \.css\$ { default_type text/css; return 200 "p { margin: 1em }"; }
		    location ~ \.png\$ { empty_gif; }
		    location / { try_files \$uri \$uri/index.html =404; }
		  }
		}
	END
}

zone_file() {
	if [ "$1" = . ]; then
		echo root.zone
	else
		echo "$1.zone"
	fi
}

# sign ZONE: with a fresh key, in place; prints the DS for its parent.
sign() {
	local zone=$1 file key
	file=$(zone_file "$zone")
	(
		cd "$work/zones" || exit
		key=$(ldns-keygen -a ECDSAP256SHA256 -k "$zone")
		case "$zone" in
		example) ldns-signzone -n -p -o "$zone" -f "$file.signed" "$file" "$key" ;;
		*) ldns-signzone -o "$zone" -f "$file.signed" "$file" "$key" ;;
		esac
		mv "$file.signed" "$file"
		if [ "$zone" = . ]; then
			cp "$key.key" "$work/anchor"
		fi
		cat "$key.ds"
	)
}

# knot signs two zones itself: their keys are made first, since the parents carry the DS.
sign_all() {
	local zone
	while read -r zone; do
		keymgr -c "$work/knot.conf" "$zone" generate algorithm=ECDSAP256SHA256 ksk=yes zsk=yes \
			>/dev/null
		keymgr -c "$work/knot.conf" "$zone" ds | grep ' 13 2 ' >>"$work/zones/${zone##*.}.zone"
	done <"$work/signed-zones"
	sign test >>"$work/zones/root.zone"
	sign example >>"$work/zones/root.zone"
	sign . >/dev/null
}

servers_write() {
	"$here/world.py" "$work"
	mkdir "$work/knot" "$work/nginx-tmp"
	write_knot >"$work/knot.conf"
	write_nsd >"$work/nsd.conf"
	write_unbound >"$work/unbound.conf"
	write_nginx >"$work/nginx.conf"
	printf '. 3600 NS a.roots.test.\na.roots.test. 3600 A 198.51.100.1\n' >"$work/hints"
	printf 'a.roots.test. 3600 AAAA 2001:db8:51::1\n' >>"$work/hints"
	sign_all
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \
		-subj '/CN=recorded pages' -addext "$(cat "$work/san")" \
		-keyout "$work/key" -out "$work/cert" 2>/dev/null
}

# background SPACE LOG COMMAND...
background() {
	local space=$1 log=$2
	shift 2
	ip netns exec "$tag-$space" "$@" >>"$work/$log" 2>&1 &
	pids+=($!)
}

answers() {
	in_ns "$1" dig +time=1 +tries=1 +noall +answer "@$2" "$3" "$4" | grep . >/dev/null
}

servers_up() {
	background srv nsd.log nsd -d -c "$work/nsd.conf"
	background srv knot.log knotd -c "$work/knot.conf"
	background srv nginx.log nginx -p "$work" -e "$work/nginx.error" -c "$work/nginx.conf"
	until_true 10 answers srv 198.51.100.1 . SOA
	until_true 10 answers srv 198.51.100.3 signed.test SOA
	until_true 10 in_ns srv curl -sk --max-time 1 -o /dev/null https://198.51.100.80/x.css
}

# A resolver that remembers nothing, and has found the root.
resolver_up() {
	background gate unbound.log unbound -d -c "$work/unbound.conf"
	resolver_pid=$!
	until_true 15 answers gate 10.20.0.1 . SOA
}

resolver_down() {
	kill "$resolver_pid"
	wait "$resolver_pid" || true
}
