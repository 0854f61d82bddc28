#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# signed.sh - modules that `make install` and `make kmod-deb` sign, for KERNEL: what is refused,
# and what a guest with Secure Boot loads. Its firmware is Debian's OVMF with the key that the
# package has for tests (snakeoil), by which the kernel is signed here; the key of the modules
# comes into its database (db) in the guest. Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../../.."
selftests/setup/deps.sh deb ovmf sbsigntool efitools openssl >&2
. selftests/lib/common.sh
. selftests/lib/tap.sh
work=$(mktemp -d)
trap 'rm -rf "$work" "$output"' EXIT
payload=$work/payload
mkdir -p "$payload"/{unsigned,signed,changed} "$work"/{kernel,pin,deb}
drivers/kbuild.sh >&2

# A key and its certificate, as docs/install.md has it.
makes_key()
{
	openssl req -new -x509 -newkey rsa:2048 -nodes -sha256 -days 3650 -subj "/CN=modules of a test/" \
		-addext keyUsage=digitalSignature -addext extendedKeyUsage=codeSigning \
		-keyout "$work/modules.key" -out "$work/modules.pem"
}

# Installs below the folder $1, with what follows.
installs()
{
	local to=$work/$1

	shift
	make --no-print-directory install DESTDIR="$to" PREFIX=/usr "$@"
}

# Unpacks the modules below the folder $1 into the folder $2.
unpack()
{
	local file name

	find "$1" -name 'chard*.ko*' | while read -r file; do
		name=$(basename "${file%.xz}")
		case $file in
		*.xz) xz -dc "$file" >"$2/$name" ;;
		*) cp "$file" "$2/$name" ;;
		esac
	done
}

signed_by()
{
	[ -s "$1" ] && [ "$(modinfo -F signer "$1")" = "$2" ]
}

installs_signed()
{
	local module

	installs signed SIGN_KEY="$work/modules.key" SIGN_CERT="$work/modules.pem" && unpack "$work/signed" "$payload/signed" || return
	for module in "$payload"/signed/*.ko; do
		signed_by "$module" "modules of a test" || { echo "$module"; return 1; }
	done
}

installs_unsigned()
{
	installs unsigned && unpack "$work/unsigned" "$payload/unsigned" && signed_by "$payload/unsigned/chard.ko" ""
}

# A key that has a passphrase, which sign-file takes from the environment.
knows_the_passphrase()
{
	openssl rsa -aes256 -passout pass:secret -in "$work/modules.key" -out "$work/locked.key" &&
		KBUILD_SIGN_PIN=secret installs locked SIGN_KEY="$work/locked.key" SIGN_CERT="$work/modules.pem" &&
		unpack "$work/locked" "$work/pin" && signed_by "$work/pin/chard.ko" "modules of a test"
}

packs()
{
	local package

	make --no-print-directory kmod-deb SIGN_KEY="$work/modules.key" SIGN_CERT="$work/modules.pem" |
		tee "$work/said" &&
		package=$(sed -n 's/^chard: built //p' "$work/said") && dpkg-deb -x "$package" "$work/package" &&
		unpack "$work/package" "$work/deb" && signed_by "$work/deb/chard.ko" "modules of a test"
}

# The kernel and the key's certificate, as the guest's firmware takes them: signed by its own key.
prepares_guest()
{
	local owner=/usr/share/ovmf/PkKek-1-snakeoil file

	for file in panic append; do
		gcc -O2 -Wall -Wextra -Werror -static -Idrivers/selftest -o "$payload/$file" \
			selftests/builds/signed/$file.c || return
	done
	file=$(find "$kernel/lib/modules/" -name 'efivarfs.ko*') || return
	case $file in
	*.xz) xz -dc "$file" >"$payload/efivarfs.ko" ;;
	*.ko) cp "$file" "$payload" ;;
	esac
	# One letter of a message.
	LC_ALL=C sed 's/left behind/left bEhind/' "$payload/signed/chard.ko" >"$payload/changed/chard.ko"
	! cmp -s "$payload/changed/chard.ko" "$payload/signed/chard.ko" &&
		openssl rsa -passin pass:snakeoil -in $owner.key -out "$work/owner.key" &&
		sbsign --key "$work/owner.key" --cert $owner.pem --output "$work/kernel/vmlinuz" "$kernel/vmlinuz" &&
		cp "$kernel/release" "$work/kernel" &&
		cert-to-efi-sig-list "$work/modules.pem" "$work/db.esl" &&
		sign-efi-sig-list -a -k "$work/owner.key" -c $owner.pem db "$work/db.esl" "$payload/db.auth" &&
		cp /usr/share/OVMF/OVMF_VARS_4M.snakeoil.fd "$work/variables" &&
		cp selftests/builds/signed/guest.sh selftests/vm/guest-check.sh "$payload"
}

# A machine whose firmware is as the last one has left it.
boots()
{
	echo "$1" >"$payload/mode"
	selftests/vm/vm.sh --kernel "$work/kernel" --payload "$payload" --uefi "$work/variables" --timeout 200 \
		--log "$build/signed-$1.log" -- sh guest-check.sh ./guest.sh | grep -v '^TOTALS'
}

attempt "openssl makes a key and its certificate" makes_key
refused "a key without a certificate" "takes both" installs none SIGN_KEY="$work/modules.key"
refused "a key that is not there" "none.key, to sign modules with, cannot be read" \
	installs none SIGN_KEY="$work/none.key" SIGN_CERT="$work/modules.pem"
cp "$work/modules.pem" "$work/wrong.key"
refused "a key that is none" "wrong.key" installs none SIGN_KEY="$work/wrong.key" SIGN_CERT="$work/modules.pem"
refused "a path that make would read" "which make would read" \
	installs none SIGN_KEY="$work/it's.key" SIGN_CERT="$work/modules.pem"
attempt "make install without a key signs nothing" installs_unsigned
attempt "make install signs each module" installs_signed
attempt "with a key that has a passphrase, too" knows_the_passphrase
attempt "make kmod-deb signs its module" packs
attempt "a kernel and a certificate for the firmware" prepares_guest
for mode in stranger known; do
	attempt "a guest with Secure Boot: $mode" boots $mode
done
plan
[ "$failed" = 0 ]
