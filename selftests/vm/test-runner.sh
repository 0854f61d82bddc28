#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-runner.sh [KERNEL-DIR] - tests vm.sh and guest-check.sh themselves: a
# runner that lets a failure pass makes every other test worthless.
#
# Without KERNEL-DIR: the one of kernel.sh 6.1. Prints KTAP.

set -eu

runner_here=$(dirname "$(realpath "$0")")
runner_kernel=${1:-$("$runner_here/../setup/kernel.sh" 6.1)}
runner_number=0
runner_failed=0

runner_ok()
{
	runner_number=$((runner_number + 1))
	echo "ok $runner_number $*"
}

# Also shows what the run said, in file $1.
runner_not_ok()
{
	runner_number=$((runner_number + 1))
	runner_failed=1
	sed 's/^/# /' "$1"
	shift
	echo "not ok $runner_number $*"
}

# Test $1: file $2 has a line that matches $3.
runner_expect_line()
{
	if grep -qE "$3" "$2"; then
		runner_ok "$1"
	else
		runner_not_ok "$2" "$1"
	fi
}

# Test $1: vm.sh, with the arguments behind $3, ends with status $2, and file
# $runner_work/out or err has a line that matches $3.
runner_expect_vm()
{
	local name=$1 want=$2 line=$3 got=0

	shift 3
	"$runner_here/vm.sh" --kernel "$runner_kernel" "$@" \
		</dev/null >"$runner_work/out" 2>"$runner_work/err" || got=$?
	if [ $got -eq "$want" ] &&
		cat "$runner_work/out" "$runner_work/err" | grep -E "$line" >/dev/null; then
		runner_ok "$name"
	else
		echo "# ended with $got (to be $want); a line to be: $line"
		runner_not_ok <(cat "$runner_work/out" "$runner_work/err") "$name"
	fi
}

# Puts the program $1, a script on stdin, into the payload.
runner_fake()
{
	{ echo "#!/bin/sh"; cat; } > "$runner_work/payload/$1"
	chmod +x "$runner_work/payload/$1"
	runner_fakes+=("./$1")
}

runner_make_fakes()
{
	runner_fakes=()
	runner_fake passing <<-'END'
		echo TAP version 13; echo 1..2; echo ok 1 one; echo ok 2 two
	END
	runner_fake failing <<-'END'
		echo 1..2; echo ok 1 one; echo not ok 2 two; exit 1
	END
	runner_fake crashing <<-'END'
		echo 1..1; echo ok 1 one; kill -SEGV $$
	END
	runner_fake hanging <<-'END'
		echo 1..1; sleep 1000
	END
	echo 2 > "$runner_work/payload/hanging.timeout"
	runner_fake warning <<-'END'
		echo 1..1; echo 'WARNING: test' > /dev/kmsg; echo ok 1 one
	END
	runner_fake tainting <<-'END'
		echo 1..1; echo 64 > /proc/sys/kernel/tainted; echo ok 1 one
	END
	runner_fake planless <<-'END'
		echo ok 1 one
	END
	runner_fake short <<-'END'
		echo 1..2; echo ok 1 one
	END
	runner_fake silent <<-'END'
		echo 1..1; echo ok 1 one; exit 1
	END
	runner_fake skipping <<-'END'
		echo 1..1; echo 'ok 1 one # SKIP no device'; exit 4
	END
	# As KCSAN says it, of code of ours and of the kernel's alone.
	runner_fake racing <<-'END'
		echo 1..1; echo ok 1 one
		printf '%s\n' 'BUG: KCSAN: data-race in list_add / call [chard]' ' list_add+0x1/0x9' \
			' call+0x1/0x9 [chard]' 'Reported by Kernel Concurrency Sanitizer on:' >/dev/kmsg
	END
	runner_fake elsewhere <<-'END'
		echo 1..1; echo ok 1 one
		printf '%s\n' 'BUG: KCSAN: data-race in list_add / list_add' ' list_add+0x1/0x9' \
			'Reported by Kernel Concurrency Sanitizer on:' >/dev/kmsg
	END
	# After all of these a good one must still be good.
	runner_fake lasting <<-'END'
		echo 1..1; echo ok 1 one
	END
}

runner_test_judgement()
{
	local out=$runner_work/out

	runner_make_fakes
	runner_expect_vm "a failing run fails" 1 '^TOTALS' \
		--payload "$runner_work/payload" -- ./guest-check.sh "${runner_fakes[@]}"
	runner_expect_line "the log of the boot is clean" "$out" '^ok 1 boot$'
	runner_expect_line "a good program passes" "$out" '^ok 2 passing$'
	runner_expect_line "its KTAP is passed on" "$out" '^  ok 2 two$'
	runner_expect_line "a failing program fails" "$out" '^not ok 3 failing$'
	runner_expect_line "a crash fails" "$out" '^not ok 4 crashing$'
	runner_expect_line "and is told" "$out" '# killed by signal 11$'
	runner_expect_line "a hanging program fails" "$out" '^not ok 5 hanging$'
	runner_expect_line "and is told" "$out" '# timed out after 2 seconds$'
	runner_expect_line "with its stacks" "$out" '# /proc/[0-9]+ was at:$'
	runner_expect_line "a kernel warning fails" "$out" '^not ok 6 warning$'
	runner_expect_line "and is shown" "$out" '# .*WARNING: test$'
	runner_expect_line "a new taint fails" "$out" '^not ok 7 tainting$'
	runner_expect_line "and is named" "$out" '# the kernel is tainted anew: U$'
	runner_expect_line "a missing plan fails" "$out" '^not ok 8 planless$'
	runner_expect_line "missing results fail" "$out" '^not ok 9 short$'
	runner_expect_line "and are told" "$out" '# 1 results of 2 planned$'
	runner_expect_line "a silent failure fails" "$out" '^not ok 10 silent$'
	runner_expect_line "a skip is a skip" "$out" '^ok 11 skipping # SKIP$'
	runner_expect_line "a data race of ours fails" "$out" '^not ok 12 racing$'
	runner_expect_line "one of the kernel's own does not" "$out" '^ok 13 elsewhere$'
	runner_expect_line "but is counted" "$out" "^# vm.sh: 1 data races of the kernel's own$"
	runner_expect_line "a later program passes" "$out" '^ok 14 lasting$'
	runner_expect_line "the totals are right" "$out" '^TOTALS 12 9 1$'
}

runner_test_vm()
{
	local side=0

	runner_expect_vm "all passing passes" 0 '^TOTALS 3 0 0$' \
		--payload "$runner_work/payload" -- ./guest-check.sh ./passing ./lasting

	# Two at once, of which one takes binary output and odd arguments.
	head -c 50000 /dev/urandom > "$runner_work/payload/it's binary"
	"$runner_here/vm.sh" --kernel "$runner_kernel" \
		--payload "$runner_work/payload" -- cat "it's binary" \
		</dev/null >"$runner_work/binary" 2>"$runner_work/side" &
	runner_expect_vm "the status is the command's" 42 '^uid=1000' \
		-- su user -c 'id; exit 42'
	wait $! || side=$?
	if [ $side -eq 0 ] &&
		cmp -s "$runner_work/binary" "$runner_work/payload/it's binary"; then
		runner_ok "binary output arrives as it is"
	else
		runner_not_ok "$runner_work/side" "binary output arrives as it is"
	fi

	runner_expect_vm "a hanging guest is stopped" 124 'seconds are over' \
		--timeout 10 -- sleep 1000
	runner_expect_vm "a panic is seen" 125 'sysrq triggered crash' \
		-- sh -c 'echo c > /proc/sysrq-trigger'
	runner_expect_vm "a vanished guest is a failure" 125 'without a word' \
		-- poweroff -f
	printf '%s\n' hostname "exit 5" > "$runner_work/script"
	side=0
	"$runner_here/vm.sh" --kernel "$runner_kernel" --shell \
		<"$runner_work/script" >"$runner_work/out" 2>&1 || side=$?
	echo "status $side" >> "$runner_work/out"
	runner_expect_line "a shell runs its input" "$runner_work/out" '^chard$'
	runner_expect_line "and ends with its status" "$runner_work/out" '^status 5$'
}

runner_work=$(mktemp -d)
trap 'rm -rf "$runner_work"' EXIT
mkdir "$runner_work/payload"
cp "$runner_here/guest-check.sh" "$runner_work/payload"

echo "KTAP version 1"
runner_test_judgement
runner_test_vm
echo "1..$runner_number"
exit $runner_failed
