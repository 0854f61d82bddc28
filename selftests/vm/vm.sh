#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# vm.sh --kernel DIR [options] -- COMMAND...   runs a command in a guest
# vm.sh --kernel DIR [options] --shell         or a shell
#
# Boots the stock kernel of DIR (a folder from kernel.sh) with busybox and the
# payload, runs COMMAND in /chard, prints its output and ends with its status:
# 124 if the time was up, 125 if the guest died.
#
#   --payload DIR      what lies in /chard in the guest (nothing)
#   --timeout SECONDS  how long the guest may take (300; a shell: no limit);
#                      on a kernel with a file "slow", so many times longer
#   --smp N            processors (2; 1 with --count)
#   --mem MB           memory (1024)
#   --append "ARGS"    more arguments for the kernel
#   --log FILE         where the kernel's log goes
#   --accel ACCEL      kvm, tcg or tcg,thread=multi, not what works best
#   --count            time goes by instructions: each takes a nanosecond
#   --device DEVICE    a device of QEMU's, such as edu; any number of times
#   --uefi FILE        boots by Debian's OVMF, with Secure Boot where FILE, in which the
#                      firmware's variables are and stay, has keys
#   --plugin FILE,ARGS a plugin of QEMU's, and its arguments
#   --shell            a shell; if its input is no terminal, it runs that

set -eu

vm_here=$(dirname "$(realpath "$0")")
vm_cache=${CHARD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/chard}/kvm

vm_say()
{
	echo "vm.sh: $*" >&2
}

vm_die()
{
	vm_say "$@"
	exit 2
}

# The firmware with Secure Boot trusts no memory but what SMM alone may write.
vm_set_uefi()
{
	local code=/usr/share/OVMF/OVMF_CODE_4M.secboot.fd

	[ -e $code ] || vm_die "$code is missing: install the package ovmf"
	[ -w "$1" ] || vm_die "--uefi '$1' is no file that can be written to: copy one of /usr/share/OVMF/OVMF_VARS_4M*.fd"
	vm_uefi=(-machine "q35,smm=on" -global "driver=cfi.pflash01,property=secure,value=on"
		-drive "if=pflash,format=raw,unit=0,readonly=on,file=$code"
		-drive "if=pflash,format=raw,unit=1,file=${1//,/,,}")
}

vm_parse()
{
	vm_kernel='' vm_payload='' vm_timeout='' vm_smp='' vm_mem=1024
	vm_append='' vm_log='' vm_accel='' vm_shell='' vm_count='' vm_plugin=() vm_devices=() vm_uefi=()
	vm_command=()

	while [ $# -gt 0 ]; do
		case $1 in
		--) shift; vm_command=("$@"); break ;;
		--shell) vm_shell=1; shift; continue ;;
		--count) vm_count=1; shift; continue ;;
		esac
		[ $# -gt 1 ] || vm_die "$1 is no option or lacks its value:" \
			"see the head of vm.sh"
		case $1 in
		--kernel) vm_kernel=$2 ;;
		--payload) vm_payload=$2 ;;
		--timeout) vm_timeout=$2 ;;
		--smp) vm_smp=$2 ;;
		--mem) vm_mem=$2 ;;
		--append) vm_append=$2 ;;
		--log) vm_log=$(realpath -m "$2") ;;
		--accel) vm_accel=$2 ;;
		--device) vm_devices+=(-device "$2") ;;
		--plugin) vm_plugin=(-plugin "$2") ;;
		--uefi) vm_set_uefi "$(realpath -m "$2")" ;;
		*) vm_die "unknown option $1: see the head of vm.sh" ;;
		esac
		shift 2
	done

	[ -e "$vm_kernel/release" ] || vm_die "--kernel '$vm_kernel' holds no" \
		"kernel: give a folder that selftests/setup/kernel.sh printed"
	vm_kernel=$(realpath "$vm_kernel")
	if [ -n "$vm_payload" ]; then
		[ -d "$vm_payload" ] || vm_die "--payload '$vm_payload' is no folder"
		vm_payload=$(realpath "$vm_payload")
	fi
	if [ -z "$vm_shell" ] && [ ${#vm_command[@]} -eq 0 ]; then
		vm_die "nothing to run: give -- COMMAND, or --shell"
	fi
	: "${vm_smp:=$([ -n "$vm_count" ] && echo 1 || echo 2)}"
	# A user at a terminal is not hurried.
	: "${vm_timeout:=$([ -n "$vm_shell" ] && [ -t 0 ] && echo 0 || echo 300)}"
	# Here and in guest-check.sh, which reads it in the guest: all limits.
	vm_slow=$(cat "$vm_kernel/slow" 2>/dev/null) || vm_slow=1
	vm_timeout=$((vm_timeout * vm_slow))
}

vm_need_tools()
{
	local tool

	for tool in qemu-system-x86_64 busybox cpio timeout; do
		command -v $tool >/dev/null || vm_die \
			"$tool is missing: run selftests/setup/deps.sh demo"
	done
	# The guest has no libraries.
	if ldd "$(command -v busybox)" >/dev/null 2>&1; then
		vm_die "busybox is not a static one: install busybox-static"
	fi
}

# Prints the arguments as words that a shell reads back unchanged.
vm_quote()
{
	local word

	for word in "$@"; do
		printf "'%s' " "${word//\'/\'\\\'\'}"
	done
}

# Writes the guest's /command, and what it reads.
vm_write_command()
{
	local root=$1 size

	: > "$root/input"
	if [ -z "$vm_shell" ]; then
		{ echo -n "exec "; vm_quote "${vm_command[@]}"; } > "$root/command"
	elif [ -t 0 ]; then
		: > "$root/interactive"
		size=$(stty size)
		# A terminal that does not know its size says 0 0.
		[ "$size" != "0 0" ] || size="24 80"
		cat > "$root/command" <<-END
			stty rows ${size% *} cols ${size#* }
			export TERM='${TERM:-linux}'
			echo "This is a guest; exit ends it."
			exec sh -i
		END
	else
		cat > "$root/input"
		echo "exec sh" > "$root/command"
	fi
}

vm_archive()
{
	cpio --quiet -0 -o -H newc -R 0:0
}

# Builds the initramfs: busybox, init, two users, the command, the payload.
vm_build_initramfs()
{
	local root=$vm_work/root

	mkdir -p "$root"/{bin,chard,dev,etc,proc,root,sys,tmp}
	cp "$(command -v busybox)" "$root/bin/busybox"
	ln -s busybox "$root/bin/sh"
	cp "$vm_here"/{init,races.awk} "$root/"
	echo "$vm_slow" > "$root/slow"
	# Tests of permissions need a user other than root.
	printf '%s\n' root:x:0:0::/root:/bin/sh user:x:1000:1000::/tmp:/bin/sh \
		> "$root/etc/passwd"
	printf '%s\n' root:x:0: user:x:1000: > "$root/etc/group"
	vm_write_command "$root"
	(cd "$root" && find . -print0 | vm_archive) > "$vm_work/initramfs"

	[ -n "$vm_payload" ] || return 0
	# A second archive behind the first; the link puts chard/ before the
	# payload's names without copying it.
	ln -s "$vm_payload" "$vm_work/chard"
	(cd "$vm_work" && find chard/ -mindepth 1 -print0 | vm_archive) \
		>> "$vm_work/initramfs"
}

# Sets vm_accel. /dev/kvm may be there and the guest still hang under it, so
# one short guest tries; the outcome holds until the host boots again.
vm_choose_accel()
{
	local record boot

	[ -z "$vm_accel" ] || return 0
	vm_accel=tcg
	# Only that counts, and has plugins.
	[ -z "$vm_count${vm_plugin[*]}" ] || return 0
	[ -r /dev/kvm ] && [ -w /dev/kvm ] || return 0

	record=$vm_cache/$(cat "$vm_kernel/release")
	boot=$(cat /proc/sys/kernel/random/boot_id)
	if ! grep -qs "^$boot " "$record"; then
		vm_say "trying KVM once, which may take 10 seconds"
		if "$0" --kernel "$vm_kernel" --accel kvm --timeout $((10 / vm_slow)) -- true \
			>/dev/null 2>&1; then
			vm_accel=kvm
		fi
		mkdir -p "$vm_cache"
		echo "$boot $vm_accel" > "$vm_work/record"
		mv "$vm_work/record" "$record"
	fi
	vm_accel=$(cut -d' ' -f2 "$record")
}

# Runs qemu in the work folder under its time limit.
vm_qemu()
{
	local accel=$vm_accel image=$vm_kernel/vmlinuz cpu=max counting=()

	# With a host thread for each processor QEMU 7.2 runs stale code now and
	# then: a kernel that patched itself while booting met an int3 that was
	# no longer there, and panicked.
	[ "$accel" != tcg ] || accel=tcg,thread=single
	if [ -n "$vm_count" ]; then
		counting=(-icount "shift=0,sleep=off")
		vm_append+=" nokaslr nohz=off"
	fi
	# A string instruction counts once for each byte: a copy is to be a loop, as
	# it is on a processor without fast ones.
	[ -z "$vm_count${vm_plugin[*]}" ] || cpu=max,-erms,-fsrm
	# The same kernel without its slow compression, if kernel.sh saw one; UEFI has no way into that.
	[ ! -e "$vm_kernel/vmlinux" ] || [ ${#vm_uefi[@]} -gt 0 ] || image=$vm_kernel/vmlinux
	cd "$vm_work"
	# A host that is busy has no time for the timer's test (no_timer_check): the
	# guest's interrupts come too late for it.
	# Nothing is plugged into a running guest: what of ACPI is for that, a debug
	# kernel would read for seconds. The machine for Secure Boot has no such thing.
	[ ${#vm_uefi[@]} -gt 0 ] || vm_devices+=(-global PIIX4_PM.acpi-root-pci-hotplug=off
		-global PIIX4_PM.acpi-pci-hotplug-with-bridge-support=off)
	# Commas are doubled where one would end the file's name.
	exec timeout --foreground -k 5 "$vm_timeout" qemu-system-x86_64 \
		-nodefaults -no-user-config -display none -no-reboot \
		-accel "$accel" "${counting[@]}" "${vm_uefi[@]}" "${vm_plugin[@]}" "${vm_devices[@]}" -cpu "$cpu" -smp "$vm_smp" -m "$vm_mem" \
		-kernel "$image" -initrd initramfs \
		-append "console=ttyS0 panic=-1 loglevel=7 printk.devkmsg=on \
log_buf_len=1M no_timer_check rdinit=/init $vm_append" \
		-chardev "file,id=log,path=${vm_log//,/,,}" -serial chardev:log \
		-chardev stdio,id=out,signal=off -serial chardev:out \
		-chardev file,id=status,path=status -serial chardev:status
}

# Starts the guest and waits for its end; the status is the one of timeout.
vm_run()
{
	local cat_pid='' status=0

	if [ -n "$vm_shell" ] && [ -t 0 ]; then
		vm_tty=$(stty -g)
		vm_qemu <&0 &
		vm_pid=$!
	else
		# qemu sets its output to non-blocking, which would reach all
		# who share it: give it a pipe of its own.
		mkfifo "$vm_work/out"
		cat "$vm_work/out" &
		cat_pid=$!
		vm_qemu </dev/null >"$vm_work/out" &
		vm_pid=$!
	fi
	wait "$vm_pid" || status=$?
	vm_pid=
	[ -z "$cat_pid" ] || wait "$cat_pid" || :
	return $status
}

vm_cleanup()
{
	if [ -n "$vm_pid" ]; then
		# timeout passes this on to its qemu.
		kill "$vm_pid" 2>/dev/null || :
		wait "$vm_pid" || :
	fi
	[ -z "$vm_tty" ] || stty "$vm_tty" || :
	rm -rf "$vm_work"
}

# Data races that are the kernel's own are not judged, but counted.
vm_count_races()
{
	local count

	count=$(awk -f "$vm_here/races.awk" "$vm_log" | grep -ac "data race of the kernel's own") || return 0
	echo "# vm.sh: $count data races of the kernel's own"
}

vm_show_log()
{
	vm_say "the last lines of the kernel's log:"
	tail -n 20 "$vm_log" | tr -d '\r' >&2
}

vm_main()
{
	local ended=0 status panic

	vm_parse "$@"
	vm_need_tools
	vm_pid='' vm_tty=''
	vm_work=$(mktemp -d)
	trap vm_cleanup EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	: "${vm_log:=$vm_work/log}"
	: > "$vm_log"

	vm_build_initramfs
	vm_choose_accel
	vm_run || ended=$?

	vm_count_races
	# The command's status counts only if the guest said it: a guest that
	# vanished is a failure, whatever qemu ended with.
	status=$(sed -n 's/^status \([0-9]*\)\r*$/\1/p' "$vm_work/status" 2>/dev/null) || :
	if [ $ended -eq 124 ] || [ $ended -eq 137 ]; then
		vm_say "the guest was stopped, its $vm_timeout seconds are over"
		vm_show_log
		return 124
	fi
	if panic=$(grep -a -m 1 'Kernel panic - not syncing' "$vm_log"); then
		vm_say "the guest's kernel panicked: ${panic%$'\r'}"
		vm_show_log
		return 125
	fi
	if [ -z "$status" ]; then
		vm_say "the guest ended without a word of how the command went" \
			"(qemu ended with $ended)"
		vm_show_log
		return 125
	fi
	return "$status"
}

vm_main "$@"
