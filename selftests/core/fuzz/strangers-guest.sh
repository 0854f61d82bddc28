#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# strangers-guest.sh SECONDS SEED - runs trinity and stress-ng in the guest, each
# that long against each node, and counts which of the drivers' entries they
# came to, by probes. Prints TAP.

seconds=$1 seed=$2
tracing=/sys/kernel/debug/tracing
number=0

# result STATUS WHAT
result()
{
	number=$((number + 1))
	[ "$1" = 0 ] && echo "ok $number - $2" || echo "not ok $number - $2"
}

# Those that are about a file and neither close it, its number, nor its name.
calls="read write readv writev pread64 pwrite64 preadv2 pwritev2 ioctl lseek fcntl poll select
	fsync fdatasync sync_file_range fallocate ftruncate mmap splice tee sendfile
	copy_file_range readahead fadvise64 flock epoll_ctl dup syncfs"

trinity_on()
{
	set --
	for call in $calls; do
		set -- "$@" -c "$call"
	done
	# It lets root think it over for 10 seconds.
	[ "$(id -u)" != 0 ] || seconds=$((seconds + 11))
	# Nothing of other subsystems: the files are ours alone.
	exec timeout -s INT "$seconds" ./trinity --dangerous -qq -l off -C 2 -s "$seed" -N 1000000 \
		--enable-fds=pseudo -V "$node" "$@"
}

stress_on()
{
	exec ./stress-ng --dev 2 --dev-file "$node" -t "$seconds" --seed "$seed" --temp-path /tmp
}

if [ "$3" ]; then
	node=$4
	cd /chard && "$3"
	exit
fi

probe()
{
	for entry in open release read read_iter write write_iter llseek unlocked_ioctl compat_ioctl_same; do
		echo "p:$1_$entry chard_$1:chard_$entry" >>$tracing/kprobe_events 2>/dev/null
	done
	echo 1 >$tracing/events/kprobes/enable
}

unprobe()
{
	echo 0 >$tracing/events/kprobes/enable
	echo >$tracing/kprobe_events
}

# The hits of the probes on the driver $1, all in one line; nothing if it was not opened.
hits()
{
	awk -v prefix="$1_" 'index($1, prefix) == 1 && $2 { printf "%s%s %d", n++ ? ", " : "", substr($1, length(prefix) + 1), $2 }' \
		$tracing/kprobe_profile | grep open
}

# against PROGRAM USER DRIVER
against()
{
	probe "$3"
	su "$2" -c "sh /chard/strangers-guest.sh $seconds $seed $1 /dev/chard-$3" >/tmp/output 2>&1
	said=$(hits "$3")
	unprobe
	if [ "$said" ]; then
		result 0 "${1%_on} as $2 on $3: $said"
	else
		tail -n 20 /tmp/output | sed 's/^/# /'
		echo
		result 1 "${1%_on} as $2 on $3 comes to it"
	fi
	[ "$(dd if="/dev/chard-$3" bs=1 count=0 2>&1 | grep -c records)" = 2 ]
	result $? "$3 can be opened behind it"
}

chmod 1777 /tmp
for module in chard chard_echo chard_carry; do
	insmod $module.ko
	result $? "insmod $module"
done
for program in trinity_on stress_on; do
	against $program user echo
	against $program root carry
done
for module in chard_carry chard_echo chard; do
	rmmod $module
	result $? "rmmod $module"
done
echo "1..$number"
