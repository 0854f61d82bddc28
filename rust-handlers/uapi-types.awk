# SPDX-License-Identifier: GPL-2.0
# uapi-types.awk - the types of a driver's uapi header, from bindgen's output for it, the first
# file, and of the headers that it includes, the second. Refuses what Rust cannot have of the
# driver's own, and leaves it out of the others. Variable: header, its name.

function lacks(text) {
	if (text ~ /__BindgenBitfieldUnit/)
		return "bitfields: give it an integer, and constants for the bits"
	if (text ~ /__IncompleteArrayField/)
		return "an array without a size: give the array's address as a __u64, and its length"
	if (text ~ /\* (mut|const) |Option </)
		return "a pointer, which has another size for a 32-bit caller: give the address as a __u64"
	if (text ~ /c_float|c_double|f32|f64|u128/)
		return "floating point, which the kernel does not compute with: use integers"
	if (text ~ /__BindgenUnionField|_bindgen_opaque_blob|__BindgenOpaqueArray|unsafe/)
		return "what Rust cannot lay out: use integers, arrays and structs of them"
	return ""
}

# One item, with its attributes.
function item(text,   head, name, why, other) {
	head = text
	while (sub(/^ *# *\[[^]]*\] */, "", head))
		;
	if (head ~ /^ *impl/ || !match(head, /^ *pub (struct|union|type|const|enum) [A-Za-z_0-9]+/))
		return
	name = substr(head, RSTART, RLENGTH)
	sub(/^ *pub [a-z]+ /, "", name)
	if (name ~ /^__(Bindgen|IncompleteArray)/)
		return
	if (FNR == NR || first) {
		owned[name] = 1
		if (head ~ /^ *pub (struct|union)/ && (why = lacks(head)) != "") {
			sub(/__bindgen_ty_.*/, "", name)
			print "chard: " header ": struct " name " has " why > "/dev/stderr"
			wrong = 1
		}
		mine = mine text "\n"
		return
	}
	if (name in owned || name in gone)
		return
	if (lacks(head) != "") {
		gone[name] = 1
		return
	}
	# What is made of it is left out as well: bindgen has it behind or before.
	names[++count] = name
	texts[name] = text
}

{
	first = NR == FNR
	text = $0
	depth = 0
	part = ""
	while (match(text, /[][(){};]/)) {
		part = part substr(text, 1, RSTART)
		c = substr(text, RSTART, 1)
		text = substr(text, RSTART + 1)
		if (c ~ /[[({]/)
			depth++
		else if (c != ";")
			depth--
		if (depth == 0 && (c == ";" || c == "}")) {
			item(part)
			part = ""
		}
	}
}

END {
	if (wrong)
		exit 1
	do {
		again = 0
		for (i = 1; i <= count; i++) {
			if (names[i] in gone)
				continue
			words = split(texts[names[i]], word, /[^A-Za-z_0-9]+/)
			for (j = 1; j <= words; j++)
				if (word[j] in gone)
					again = gone[names[i]] = 1
		}
	} while (again)
	printf "chard::uapi_items! {\n%s}\n", mine
	if (!count)
		exit 0
	print "chard::uapi_offers! {"
	for (i = 1; i <= count; i++)
		if (!(names[i] in gone))
			print texts[names[i]]
	print "}"
}
