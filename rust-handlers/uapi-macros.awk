# SPDX-License-Identifier: GPL-2.0
# uapi-macros.awk - of what `gcc -E -dD` says, the macros that bindgen has not made constants
# of: lines "ioctl NAME" for numbers of ioctls, and "other NAME" for what may be another number.
# Variables: own and all, patterns of the driver's header and of those that it includes as well;
# vars, a file of bindgen's constants.

BEGIN {
	while ((getline line < vars) > 0)
		while (match(line, /pub const [A-Za-z_0-9]+/)) {
			made[substr(line, RSTART + 10, RLENGTH - 10)] = 1
			line = substr(line, RSTART + RLENGTH)
		}
}

/^# [0-9]+ "/ {
	split($0, marker, "\"")
	file = marker[2]
	if (file !~ /\//)
		file = "./" file
	next
}

/^#define [A-Za-z_0-9]+ / {
	name = $2
	body[name] = $0
	sub(/^#define [A-Za-z_0-9]+ +/, "", body[name])
	if (file ~ (all "$") && body[name] != "") {
		order[++count] = name
		mine[name] = file ~ (own "$")
	}
}

# What a macro stands for in the end, where it is nothing but the name of another.
function last(name,   text, left) {
	for (left = 32; left; left--) {
		text = body[name]
		gsub(/^[ (]+|[ )]+$/, "", text)
		if (!(text in body))
			return body[name]
		name = text
	}
	return ""
}

END {
	for (i = 1; i <= count; i++) {
		name = order[i]
		if (name in made || seen[name]++)
			continue
		if (last(name) ~ /^[ (]*_IO[RWC]*(_BAD)?[ ]*\(/)
			print "ioctl", name
		else if (mine[name])
			print "other", name
	}
}
