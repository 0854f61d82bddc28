#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# guest-check.sh PROGRAM... - runs test programs in the guest and judges each
# by its KTAP, by how it ended, and by what the kernel said meanwhile.
# guest-check.sh --log FILE - prints what is bad in a kernel's log, on any machine.
#
# A program may take 60 seconds; a file PROGRAM.timeout holds another number.
# Each is multiplied by the one that vm.sh has left in /slow.
# Prints KTAP, each program's own indented below it, and at last a line
# `TOTALS passes failures skips`. Fails if there was a failure, or no program.

check_pass=0
check_fail=0
check_skip=0
check_number=0
check_work=$(mktemp -d)
check_timeout=60
check_slow=$(cat /slow 2>/dev/null || echo 1)
# In the guest vm.sh has put it there.
check_races=/races.awk
[ -e $check_races ] || check_races=$(dirname "$0")/races.awk

# What the kernel says when something went wrong.
check_bad='WARNING:|BUG:|BUG at|Oops|general protection|Kernel panic'
check_bad="$check_bad|possible (recursive|circular) locking|possible irq lock"
check_bad="$check_bad|inconsistent lock state|bad unlock balance"
check_bad="$check_bad|lock held when returning|held lock freed"
check_bad="$check_bad|suspicious RCU|Invalid wait context"
check_bad="$check_bad|INFO: (task|rcu|trying to register)|self-detected stall"
check_bad="$check_bad|scheduling while atomic|blocked for more than"
check_bad="$check_bad|UBSAN|KASAN|KFENCE|kmemleak: .* new suspected"
check_bad="$check_bad|refcount_t:|list_(add|del) corruption|ODEBUG:"
check_bad="$check_bad|usercopy: Kernel memory|stack-protector:"
check_bad="$check_bad|enqueued on deprecated workqueue|Invalid fixed minor"
check_bad="$check_bad|chard: .*left behind"
# A fault of a program is the program's failure, and is seen as that.
check_good='traps: .* general protection fault ip:'

# Prints the kernel's log since the mark $1, or all of it if the mark has been
# overwritten since.
check_log_since()
{
	dmesg > "$check_work/log"
	if grep -qF "$1" "$check_work/log"; then
		sed "1,/$1/d" "$check_work/log"
	else
		cat "$check_work/log"
	fi
}

# Prints what is bad in the log on stdin.
check_bad_lines()
{
	awk -f "$check_races" | grep -E "$check_bad" | grep -vE "$check_good"
}

# Prints the taint flags that are set in $2 and were not in $1, but for those
# that any module of ours sets: O, out of tree, and E, unsigned.
check_new_taint()
{
	new=$(($2 & ~$1 & ~(1 << 12) & ~(1 << 13)))
	names=PFSRMBUDAWCIOELKXTN
	while [ $new -ne 0 ] && [ -n "$names" ]; do
		[ $((new & 1)) -eq 0 ] || printf '%s' "${names%"${names#?}"}"
		new=$((new >> 1))
		names=${names#?}
	done
}

# Where in the kernel the tasks of session $1 hang.
check_stacks()
{
	for stat in /proc/[0-9]*/stat; do
		# The session is the fourth word behind the name in parentheses.
		task=$(sed 's/.*) //' "$stat" 2>/dev/null | cut -d' ' -f4)
		[ "$task" = "$1" ] || continue
		echo "${stat%/stat} was at:"
		sed 's/^/  /' "${stat%/stat}/stack"
	done
}

# Runs program $1 for at most $2 seconds, its output going to a file. Sets
# check_status, which is empty if the time was up.
check_run()
{
	mkfifo "$check_work/status"
	# Open at both ends, so that nobody waits for the other.
	exec 3<>"$check_work/status"
	# A session of its own: what the program leaves behind goes with it.
	setsid sh -c "\"\$0\" 3>&-; echo \$? >&3" "$1" \
		</dev/null >"$check_work/output" 2>&1 &
	session=$!
	timeout "$2" head -n 1 <&3 >"$check_work/ended"
	exec 3>&-
	rm "$check_work/status"
	check_status=$(cat "$check_work/ended")
	[ -n "$check_status" ] || check_stacks $session >"$check_work/stacks"
	kill -KILL -- -$session 2>/dev/null
	# What hangs in the kernel cannot be waited for.
	[ -z "$check_status" ] || wait $session 2>/dev/null
}

# Reads KTAP on stdin, prints: passes failures skips, the plan (or -).
check_count()
{
	awk '
	/^1\.\.[0-9]+/ { plan = substr($1, 4) }
	/^(not )?ok( |$)/ {
		if (/^ok.*# *SKIP/) skip++
		else if (/^ok/) pass++
		else fail++
	}
	END { print pass + 0, fail + 0, skip + 0, plan == "" ? "-" : plan }'
}

# Prints what is wrong with how the program ended, given what it said.
check_ending()
{
	results=$((pass + fail + skip))
	if [ -z "$check_status" ]; then
		echo "timed out after $check_timeout seconds"
	elif [ "$check_status" -gt 128 ]; then
		echo "killed by signal $((check_status - 128))"
	elif [ "$plan" = - ]; then
		echo "no plan, ended with $check_status"
	elif [ $results -ne "$plan" ]; then
		echo "$results results of $plan planned"
	# kselftest says 4 when all was skipped.
	elif [ "$check_status" -eq 4 ] && [ "$skip" -gt 0 ]; then
		:
	elif [ "$check_status" -ne 0 ] && [ "$fail" -eq 0 ]; then
		echo "ended with $check_status and no failure"
	fi
}

# Says the result of $1. The lines of file $2, if any, tell why it failed.
check_report()
{
	check_number=$((check_number + 1))
	if [ -s "$2" ]; then
		check_fail=$((check_fail + 1))
		sed 's/^/  # /' "$2"
		echo "not ok $check_number $1"
	elif [ "$fail" -gt 0 ]; then
		echo "not ok $check_number $1"
	elif [ "$pass" -eq 0 ] && [ "$skip" -gt 0 ]; then
		echo "ok $check_number $1 # SKIP"
	else
		echo "ok $check_number $1"
	fi
}

# The kernel's log from boot on, modules that were loaded before included.
check_boot()
{
	pass=0 fail=0 skip=0
	dmesg | check_bad_lines >"$check_work/why"
	check_report boot "$check_work/why"
}

check_program()
{
	program=$1
	name=${program##*/}
	mark="guest-check: mark $check_number $$"
	check_timeout=$(($(cat "$program.timeout" 2>/dev/null || echo 60) * check_slow))

	echo "# $name"
	taint=$(cat /proc/sys/kernel/tainted)
	echo "$mark" >/dev/kmsg
	check_run "$program" "$check_timeout"
	check_log_since "$mark" | check_bad_lines >"$check_work/bad"
	taint=$(check_new_taint "$taint" "$(cat /proc/sys/kernel/tainted)")

	sed 's/^/  /' "$check_work/output"
	check_count <"$check_work/output" >"$check_work/count"
	read -r pass fail skip plan <"$check_work/count"
	{
		check_ending
		cat "$check_work/stacks" 2>/dev/null
		cat "$check_work/bad"
		[ -z "$taint" ] || echo "the kernel is tainted anew: $taint"
	} >"$check_work/why"
	rm -f "$check_work/stacks"
	check_pass=$((check_pass + pass))
	check_fail=$((check_fail + fail))
	check_skip=$((check_skip + skip))
	check_report "$name" "$check_work/why"
}

check_main()
{
	[ $# -gt 0 ] || {
		echo "guest-check.sh: no program given" >&2
		exit 2
	}
	if [ "$1" = --log ]; then
		check_bad_lines <"$2"
		rm -r "$check_work"
		return 0
	fi
	echo "KTAP version 1"
	echo "1..$(($# + 1))"
	check_boot
	for program in "$@"; do
		check_program "$program"
	done
	rm -r "$check_work"
	echo "TOTALS $check_pass $check_fail $check_skip"
	[ $check_fail -eq 0 ]
}

check_main "$@"
