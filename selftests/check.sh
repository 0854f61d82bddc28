#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# check.sh          runs the tests, stage by stage, on the kernels of the default
#                   run, or every one there is on KERNEL alone
# check.sh STAGE... runs these stages
# check.sh --kernels runs those that are about a kernel, for each
# check.sh --shell  a shell in a guest with KERNEL's modules and tests at hand
#
# A stage is a program that prints TAP; what it says goes to a file in
# build/check. The last line sums up: N passed, N failed.

set -euo pipefail

cd "$(dirname "$0")/.."
top=$PWD
logs=${BUILD:-$top/build}/check
read -ra kernels <<<"${KERNEL:-6.1 6.12 7.3}"

# Adds up what the file says: a line TOTALS where it has one, else its TAP.
count()
{
	if grep -q '^TOTALS ' "$1"; then
		awk '/^TOTALS/ { p += $2; f += $3; s += $4 } END { print p + 0, f + 0, s + 0 }' "$1"
	else
		awk '/^ok .*# *SKIP/ { s++; next } /^ok / { p++ } /^not ok / { f++ }
			END { print p + 0, f + 0, s + 0 }' "$1"
	fi
}

# Runs the stage $1, a command behind it. One that ends badly or says nothing
# has failed, whatever it counted.
stage()
{
	local name=$1 log=$logs/$1.log start=$SECONDS status=0 p f s

	shift
	"$@" >"$log" 2>&1 </dev/null || status=$?
	read -r p f s < <(count "$log")
	if [ "$f" = 0 ] && { [ "$status" != 0 ] || [ "$p" = 0 ]; }; then
		f=1
		echo "not ok - $name ended with status $status" >>"$log"
	fi
	printf '%-32s%5d passed %3d failed%s  %3d s\n' "$name" "$p" "$f" \
		"$([ "$s" = 0 ] || printf ' %d skipped' "$s")" $((SECONDS - start))
	# It is said again at the end, which may be all that is shown of a run.
	[ "$f" = 0 ] || {
		# With the comments of TAP before it, which say what a test has seen.
		grep -nE -B 4 '^ *not ok|error: |\*\*\* ' "$log" |
			grep -E '^[0-9]+(:|-[^a-z]*#)' | sed -n 1,30p || :
		echo "    see $log"
	} | tee "$logs/$name.failed"
	# For selftests/kernels.py, too.
	echo "$p $f $s" >"${log%.log}.count"
}

# Leaves those kernels out of a default run that take root here, and says so.
leave_out_roots()
{
	local kernel lack here=()

	for kernel in "${kernels[@]}"; do
		lack=$(selftests/setup/build-host.sh --lacks "$(selftests/setup/kernel.sh "$kernel")/build")
		if [ -z "$lack" ]; then
			here+=("$kernel")
		else
			echo "check.sh: $kernel is left out: this host lacks $lack, and building for it" \
				"in a system of its Debian release takes root"
		fi
	done
	kernels=("${here[@]}")
}

# Both kinds of kernels' stages see KERNEL and the build folder of it.
for_kernel()
{
	local KERNEL=$1 KDIR=

	shift
	export KERNEL KDIR
	"$@"
}

# The stages of kernel $1. The default run has all of them on 7.3; on 6.12 it leaves out the
# fuzzer, the twins and those of what others bring, and has on 6.1 those that see most of what
# differs there.
stages_of()
{
	local stages=(objects guest faults bound i2c context region)

	[ "$run" = default ] && [ "$1" != 7.3 ] || stages+=(pci)
	[ "$run-$1" = default-6.1 ] || {
		stages+=(life hostile types removal module)
		[ "$run-$1" = default-6.12 ] || stages+=(twin fuzz strangers others outside tool)
		case $1 in
		# Bugs are planted where the kernel looks for them.
		*-kasan | *-kcsan | *-cfi) stages+=(planted) ;;
		# The ways into a kernel that need none of our own; of the stock ones.
		6.1 | 6.12 | 7.3)
			stages+=(bench)
			[ "$run" = kernels ] || stages+=(three)
			;;
		esac
	}
	# It reads what the others have said.
	printf '%s\n' "${stages[@]/%/-$1}" "operations-$1"
}

run()
{
	case $1 in
	style) stage style selftests/style.sh ;;
	setup) stage setup selftests/vm/test-runner.sh ;;
	deps) stage deps selftests/setup/test-deps.sh ;;
	objcheck) stage objcheck selftests/builds/objcheck/test-objcheck.sh ;;
	host) stage host userspace/host/check-host.sh ;;
	programs) stage programs selftests/drivers/programs.sh ;;
	build-*) for_kernel "${1#build-}" stage "$1" selftests/builds/build.sh ;;
	objects-*) for_kernel "${1#objects-}" stage "$1" selftests/builds/objects.sh ;;
	guest-*) for_kernel "${1#guest-}" stage "$1" selftests/drivers/guest.sh ;;
	twin-*) for_kernel "${1#twin-}" stage "$1" selftests/drivers/twin.sh ;;
	faults-*) for_kernel "${1#faults-}" stage "$1" selftests/core/faults/faults.sh ;;
	removal-*) for_kernel "${1#removal-}" stage "$1" selftests/core/removal/removal.sh ;;
	region-*) for_kernel "${1#region-}" stage "$1" selftests/core/region/region.sh ;;
	module-*) for_kernel "${1#module-}" stage "$1" selftests/drivers/module.sh ;;
	life-*) for_kernel "${1#life-}" stage "$1" selftests/core/life/life.sh ;;
	bound-*) for_kernel "${1#bound-}" stage "$1" selftests/core/bound/bound.sh ;;
	i2c-*) for_kernel "${1#i2c-}" stage "$1" selftests/core/i2c/i2c.sh ;;
	pci-*) for_kernel "${1#pci-}" stage "$1" selftests/core/pci/pci.sh ;;
	context-*) for_kernel "${1#context-}" stage "$1" selftests/core/context/context.sh ;;
	types-*) for_kernel "${1#types-}" stage "$1" selftests/core/types/types.sh ;;
	fuzz-*) for_kernel "${1#fuzz-}" stage "$1" selftests/core/fuzz/fuzz.sh ;;
	hostile-*) for_kernel "${1#hostile-}" stage "$1" selftests/core/hostile/hostile.sh ;;
	strangers-*) for_kernel "${1#strangers-}" stage "$1" selftests/core/fuzz/strangers.sh ;;
	operations-*) stage "$1" selftests/operations.py --check "${1#operations-}" ;;
	bench-*) for_kernel "${1#bench-}" stage "$1" selftests/core/bench/bench.sh --check ;;
	tool-*) for_kernel "${1#tool-}" stage "$1" selftests/drivers/tool/tool.sh ;;
	others-*) for_kernel "${1#others-}" stage "$1" selftests/drivers/others/others.sh ;;
	planted-*) for_kernel "${1#planted-}" stage "$1" selftests/core/planted/planted.sh ;;
	mistakes) for_kernel "${kernels[0]}" stage mistakes selftests/builds/mistakes.sh ;;
	refused) for_kernel "${kernels[0]}" stage refused selftests/core/hostile/refused.sh ;;
	readme) for_kernel "${kernels[0]}" stage readme selftests/builds/readme.sh ;;
	flags) stage flags selftests/builds/intree/flags.py ;;
	three-*) for_kernel "${1#three-}" stage "$1" selftests/builds/intree/three.sh ;;
	cargo) for_kernel "${kernels[0]}" stage cargo selftests/builds/intree/cargo.sh ;;
	builtin) stage builtin selftests/builds/intree/builtin.sh ;;
	hosts-*) stage "$1" selftests/builds/hosts.sh "${1#hosts-}" ;;
	packages-*) stage "$1" selftests/builds/packages.sh "${1#packages-}" ;;
	path-*) stage "$1" selftests/builds/path.sh "${1#path-}" ;;
	kmods) stage kmods selftests/builds/kmods.sh ;;
	signed-*) for_kernel "${1#signed-}" stage "$1" selftests/builds/signed/signed.sh ;;
	modular) stage modular selftests/builds/intree/modular.sh ;;
	tutorials-*) for_kernel "${1#tutorials-}" stage "$1" selftests/builds/tutorials.sh ;;
	outside-*) for_kernel "${1#outside-}" stage "$1" selftests/builds/outside.sh ;;
	*)
		echo "check.sh: there is no stage $1, only:" \
			"$(sed -n 's/^\t\([a-z0-9]*-\{0,1\}\)\(\*\{0,1\}\)) .*stage .*/\1\2/p' "$0" | sed 's/-\*$/-KERNEL/' | xargs)" >&2
		exit 2
		;;
	esac
}

mkdir -p "$logs"
if [ "${1:-}" = --shell ]; then
	selftests/drivers/programs.sh >"$logs/programs.log"
	for_kernel "${kernels[0]}" selftests/drivers/guest.sh --shell
	exit
fi
# All stages of this run: "default", "kernels" alone, or "all" of the kernels in KERNEL. Those
# of a line run one behind the other; with what is behind a + in it, two side by side. Each of
# these keeps one processor busy. A guest has the machine for itself.
stages()
{
	local kernel

	if [ "$run" = kernels ]; then
		echo programs
	else
		echo style deps setup objcheck + host operations-host programs
	fi
	for kernel in "${kernels[@]}"; do
		echo "build-$kernel"
		stages_of "$kernel"
	done
	[ "$run" = kernels ] || echo mistakes + refused readme flags cargo
}

# The stages of a lane.
lane()
{
	local name

	for name; do
		run "$name"
	done
}

case ${1:-} in
'' | --kernels)
	run=${1:-default}
	run=${run#--}
	[ -z "${KERNEL:-}" ] || [ "$run" = kernels ] || run=all
	[ "$(id -u)" = 0 ] || [ "$run" != default ] || leave_out_roots
	mapfile -t lines < <(stages)
	;;
*) lines=("$*") ;;
esac
for line in "${lines[@]}"; do
	for name in ${line//+/}; do
		rm -f "$logs/$name.count" "$logs/$name.failed"
	done
	# shellcheck disable=SC2086 # a word for each stage
	if [ "$line" = "${line%+*}" ]; then
		lane $line
	else
		lane ${line%+*} &
		beside=$!
		lane ${line#*+}
		wait $beside || :
	fi
done
names=${lines[*]//+/}
# A stage that has said nothing of itself did not run.
counts=$(for name in $names; do cat "$logs/$name.count" 2>/dev/null || echo 0 1 0; done)
read -r passed failed skipped < <(awk '{ p += $1; f += $2; s += $3 } END { print p, f, s }' <<<"$counts")
for name in $names; do
	[ ! -s "$logs/$name.failed" ] || { echo && echo "$name:" && cat "$logs/$name.failed"; }
done
echo
echo "$passed passed, $failed failed$([ "$skipped" = 0 ] || echo ", $skipped skipped")"
[ "$failed" = 0 ]
