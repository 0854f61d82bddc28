#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What the demo runs in the guest: each command as one would type it, and what
# it says. The first that fails ends it.

show()
{
	printf '\n$ %s\n' "$*"
	sh -c "$*" || {
		status=$?
		echo "(failed with status $status)"
		exit "$status"
	}
}

show uname -r
show "insmod chard.ko && insmod chard_echo.ko && cut -d' ' -f1-4 /proc/modules"
show ls -l /dev/chard-echo
show ./echo-demo
show "echo 'a line from the shell' >/dev/chard-echo && cat /dev/chard-echo"
show rmmod chard_echo
show "test ! -e /dev/chard-echo && rmmod chard"
show "dmesg | grep -E 'chard|WARN|BUG' | cut -c1-100"
