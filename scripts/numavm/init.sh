#!/bin/sh
# The first process of the guest: mounts, loads modules, then runs what the host asks for over a
# virtio port, a line a command: a mark, and the command in base64. What the command prints goes to
# two further ports, each closed by the mark; the status goes back on the first.
export PATH=/usr/bin:/usr/sbin HOME=/root

/usr/bin/busybox mount -t proc proc /proc
/usr/bin/busybox --install -s /usr/bin
# The kernel leaves the root of an initramfs open to all, and EAL loads no drivers below such a folder.
chmod 755 /
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t tmpfs tmpfs /run
mkdir -p /dev/hugepages /dev/shm
mount -t hugetlbfs -o pagesize=2M hugetlbfs /dev/hugepages
mount -t tmpfs tmpfs /dev/shm
ifconfig lo up

while read -r module; do
	insmod "$module" || echo "init: $module does not load"
done </etc/modules

off() {
	poweroff -f
	sleep 60
}

if [ -e /etc/shell ]; then
	cd /weir || off
	setsid cttyhack sh
	echo "$?" >/tmp/status
fi

# The device of the port that the host calls $1.
port() {
	for each in /sys/class/virtio-ports/*; do
		if [ "$(cat "$each/name")" = "$1" ]; then
			echo "/dev/${each##*/}"
		fi
	done
}

exec 3<>"$(port agent)" 4>"$(port out)" 5>"$(port err)"
if [ -e /tmp/status ]; then
	echo "shell $(cat /tmp/status)" >&3
	off
fi
echo 'ready' >&3
cd /weir || off
while read -r mark command <&3; do
	command=$(echo "$command" | base64 -d)
	sh -c "$command" </dev/null >&4 2>&5 3>&- 4>&- 5>&-
	status=$?
	echo "$mark" >&4
	echo "$mark" >&5
	echo "$mark $status" >&3
done
off
