#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# frames.sh OBJECT LIMIT: prints each function of the object whose stack frame is larger
# than LIMIT bytes, or of unknown size: the size, and the function's names as the source
# has them. The compiler writes the sizes to .stack_sizes: for each function its address
# and its size, as ULEB128. What kCFI names __cfi_ lies before a function, and is none.
set -eu

object=$1 limit=$2

{
	"$NM" -C --defined-only "$object" | sed '/ __cfi_/d; s/^/symbol /'
	"$OBJDUMP" -r -j .stack_sizes "$object" |
		sed -n 's/^\([0-9a-f]*\) *R_[A-Z0-9_]* *\.text\(+0x\)\{0,1\}/relocation \1 0/p'
	"$OBJDUMP" -s -j .stack_sizes "$object" | sed -n 's/^ [0-9a-f][0-9a-f]* \(.\{35\}\)  .*/bytes \1/p'
} | awk -v limit="$limit" '
	function hex(digits, value, i) {
		for (i = 1; i <= length(digits); i++)
			value = value * 16 + index("0123456789abcdef", substr(digits, i, 1)) - 1
		return value + 0
	}
	# The number at this offset, seven bits a byte, the low ones first.
	function uleb128(offset, byte, scale, value) {
		scale = 1
		do {
			byte = hex(substr(bytes, 2 * offset + 1, 2))
			value += byte % 128 * scale
			scale *= 128
			offset++
		} while (byte >= 128)
		return value
	}
	$1 == "symbol" && tolower($3) == "t" {
		name = $4
		for (i = 5; i <= NF; i++)
			name = name " " $i
		at = hex($2)
		if (at in names)
			name = names[at] ", " name
		names[at] = name
	}
	$1 == "relocation" { function_at[hex($2)] = hex($3) }
	$1 == "bytes" { bytes = bytes $2 $3 $4 $5 }
	END {
		for (offset in function_at)
			sizes[function_at[offset]] = uleb128(offset + 8)
		for (at in names) {
			if (!(at in sizes))
				print "unknown", names[at]
			else if (sizes[at] > limit)
				print sizes[at], names[at]
		}
	}' | sort -rn
