# SPDX-License-Identifier: GPL-2.0
# Completes the arguments of chard(8) in bash.

# The names of all devices, of all drivers, or of those drivers that have a region; a line each.
_chard_names()
{
	local folder

	if [ "$1" = devices ]; then
		for folder in /sys/class/chard/* /sys/class/misc/*; do
			[ -e "$folder/panics" ] || continue
			folder=${folder##*/}
			echo "${folder//!//}"
		done
	elif [ "$1" = all ]; then
		cat /sys/class/chard/*/handler /sys/class/misc/*/handler 2>/dev/null | sort -u
	else
		for folder in /sys/devices/chard-*; do
			[ ! -e "$folder/add" ] || echo "${folder#/sys/devices/chard-}"
		done
	fi
}

_chard()
{
	local word=${COMP_WORDS[COMP_CWORD]} words=() command='' i

	for ((i = 1; i < COMP_CWORD; i++)); do
		[[ ${COMP_WORDS[i]} == -* ]] || command=${command:-${COMP_WORDS[i]}}
	done
	case $command in
	'') words=(list show remove reset add watch trace top --json --help --version) ;;
	list | watch) words=(--json) ;;
	show) mapfile -t words < <(echo --json && _chard_names devices) ;;
	remove | reset) mapfile -t words < <(_chard_names devices) ;;
	trace) mapfile -t words < <(echo --json && _chard_names devices && _chard_names all) ;;
	top)
		mapfile -t words < <(printf '%s\n' --json --histogram --interval --count &&
			_chard_names devices && _chard_names all)
		;;
	add) mapfile -t words < <(_chard_names drivers) ;;
	esac
	# Not by compgen -W, which would expand a $ in a name.
	COMPREPLY=()
	for i in "${words[@]}"; do
		[[ $i != "$word"* ]] || COMPREPLY+=("$i")
	done
}
complete -F _chard chard
