# SPDX-License-Identifier: GPL-2.0
# common.sh - what the tests of chard(8) begin with, in the guest. TOOL is the program.

# shellcheck shell=sh
# shellcheck source=selftests/lib/tap.sh
. ./tap.sh
tool=${TOOL:-./chard}
out=/tmp/tool.out err=/tmp/tool.err
holders=

# Whether file $1 has a line that matches $2; is empty for an empty $2.
says()
{
	if [ -z "$2" ]; then
		[ ! -s "$1" ]
	else
		grep -qE -- "$2" "$1"
	fi
}

# ends WHAT STATUS OUT ERR COMMAND...: the command ends with the status, and its output and
# its errors each have a line that matches, or are empty where nothing is to match.
ends()
{
	local what=$1 want=$2 on_out=$3 on_err=$4 got=0

	shift 4
	"$@" >$out 2>$err </dev/null || got=$?
	if [ "$got" = "$want" ] && says $out "$on_out" && says $err "$on_err" && raw_free $out $err; then
		report 0 "$what"
		return
	fi
	{
		echo "$*: status $got (to be $want), output and errors:"
		head -c 3000 $out
		head -c 3000 $err
		echo
	} >"$output"
	report 1 "$what"
}

# All bytes that a terminal would obey, but for the end of a line.
controls=$(printf '[\001-\011\013-\037\177]')

# No such byte is in these files.
raw_free()
{
	! LC_ALL=C grep -q "$controls" "$@"
}

# holds WHAT COMMAND...: the command succeeds, as a grep in what was printed last.
holds()
{
	local what=$1

	shift
	"$@" >"$output" 2>&1
	report $? "$what"
}

# json NAME ARGUMENTS...: prints what the tool says as JSON, for check.py.
json()
{
	local name=$1

	shift
	"$tool" "$@" --json >$out 2>$err
	echo "# json $name $(cat $out)"
}

# wait_until COMMAND...: for ten seconds at most, more on a slow kernel.
wait_until()
{
	local left=$((100 * $(cat /slow)))

	while ! "$@" >/dev/null 2>&1; do
		left=$((left - 1))
		[ $left -gt 0 ] || return 1
		usleep 100000
	done
}

# hold COMM PATH...: a process that has these open; its number is in $holder.
hold()
{
	rm -f /tmp/ready
	./helper hold /tmp/ready "$@" &
	holder=$!
	holders="$holders $holder"
	wait_until test -e /tmp/ready
}

# As the plain user of the guest.
as_user()
{
	su user -c "$*"
}

let_go()
{
	# shellcheck disable=SC2086 # a word for each
	kill $holders 2>/dev/null
	# shellcheck disable=SC2086
	wait $holders 2>/dev/null
	holders=
}

# number NODE: its major:minor.
number()
{
	echo "$(($(stat -c 0x%t "/dev/$1"))):$(($(stat -c 0x%T "/dev/$1")))"
}

# unload MODULE...: a file that was just closed may hold one for a moment.
unload()
{
	local module

	for module; do
		holds "rmmod $module" wait_until rmmod "$module"
	done
}
