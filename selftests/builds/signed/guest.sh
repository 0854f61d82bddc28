#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# guest.sh - modules on a machine with Secure Boot. The file `mode` says whether its firmware
# has yet to learn the key (stranger) or knows it (known). The folders unsigned/ and signed/ have
# the same modules. Prints TAP.

number=0

# check WHAT COMMAND...
check()
{
	what=$1
	shift
	number=$((number + 1))
	if "$@" >/tmp/said 2>&1; then
		echo "ok $number - $what"
	else
		sed 's/^/# /' /tmp/said
		dmesg | tail -n 5 | sed 's/^/# /'
		echo "not ok $number - $what"
	fi
}

# refused FOLDER WHY: the kernel refuses chard.ko, and says why in its log, if it does.
refused()
{
	dmesg -c >/tmp/before
	! insmod "$1/chard.ko" 2>/tmp/refusal || return 1
	cat /tmp/refusal
	grep -q "Key was rejected by service" /tmp/refusal || return 1
	[ -z "$2" ] || dmesg | grep "$2"
}

is_locked_down()
{
	grep -F "[$1]" /sys/kernel/security/lockdown
}

# The list is signed by the machine's owner (KEK), else the firmware would not take it.
enroll()
{
	{ [ ! -e efivarfs.ko ] || insmod efivarfs.ko; } &&
		mount -t efivarfs efivarfs /sys/firmware/efi/efivars &&
		./append /sys/firmware/efi/efivars/db-* db.auth
}

answers()
{
	insmod signed/chard.ko && insmod signed/chard_echo.ko &&
		echo hello >/dev/chard-echo && grep -qx hello /dev/chard-echo
}

unloads()
{
	rmmod chard_echo && rmmod chard
}

# An author's mistake there is no other than elsewhere.
contains()
{
	answers && insmod signed/chard_selftest.ko && ./panic /dev/chard-selftest &&
		echo 1 >/sys/class/misc/chard-selftest/reset && rmmod chard_selftest && unloads
}

mount -t securityfs securityfs /sys/kernel/security
check "Secure Boot locks the kernel down" is_locked_down integrity
check "a module without a signature is refused" refused unsigned \
	"Loading of unsigned module is rejected"
case $(cat mode) in
stranger)
	check "a module by an unknown key is refused" refused signed \
		"Loading of module with unavailable key is rejected"
	check "the firmware takes a key into its database" enroll
	;;
known)
	check "modules by a known key are loaded, and the device answers" answers
	check "they are unloaded" unloads
	check "a module that was changed is refused" refused changed ""
	echo confidentiality >/sys/kernel/security/lockdown
	check "the kernel is locked down for confidentiality" is_locked_down confidentiality
	check "the same modules work there, and a panic is contained" contains
	;;
esac
echo "1..$number"
