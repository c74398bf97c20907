#!/bin/sh
# Makes a Debian package of a program that is published already, and prints the package's path:
#
#   packaging/deb.sh APP OUT       APP: the folder with the program 'loadlab' and its 'scenarios'; OUT: where the .deb goes
#
# What the package says of itself is asked of the program: version, architecture, manual pages, completion. VERSION=… names another version.
set -eu
say() { printf 'deb.sh: %s\n' "$1" >&2; exit 2; }
[ $# -eq 2 ] || say "takes two words, the folder of the program and the folder of the package, and got $#"
for tool in dpkg-deb gzip od; do
  command -v "$tool" >/dev/null || say "needs '$tool', and it is not on the PATH"
done
root=$(cd -- "$(dirname -- "$0")/.." && pwd)
app=$1 out=$2
[ -x "$app/loadlab" ] || say "$app/loadlab is not a program: publish it first"
[ -d "$app/scenarios" ] || say "$app/scenarios is missing: publish puts it there"

case $(od -An -tu1 -j18 -N1 "$app/loadlab" | tr -d ' ') in # e_machine of elf(5)
  62) architecture=amd64 ;;
  183) architecture=arm64 ;;
  *) say "$app/loadlab is neither x86-64 nor arm64" ;;
esac
app=$(cd -- "$app" && pwd)
# In a clone the variable names the clone's scenarios.
unset LOADLAB_ROOT
release=${VERSION:-$("$app/loadlab" version | sed -n '1s/+.*//; 1p')}
# Debian sorts '~' before the end, so 0.2.0~rc.1 comes before 0.2.0; '-' would begin a revision.
version=$(printf %s "$release" | sed 's/^v//; s/-/~/g')
case $version in [0-9]*) ;; *) say "'$release' is not a version" ;; esac

# Of native code: the newest symbol version of glibc that it asks for.
glibc=$(grep -ao 'GLIBC_2\.[0-9]*' "$app/loadlab" | sort -uV | tail -n 1)
depends="libc6 (>= ${glibc#GLIBC_}), util-linux"
[ ! -e "$app/loadlab.dll" ] || depends="$depends, libstdc++6"
[ ! -e "$app/loadlab.dll" ] || [ -e "$app/libcoreclr.so" ] || depends="$depends, dotnet-runtime-10.0"

mkdir -p -- "$out"
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
chmod 755 "$stage"
umask 022
lib=$stage/usr/lib/loadlab doc=$stage/usr/share/doc/loadlab share=$stage/usr/share
mkdir -p "$lib" "$doc" "$share/loadlab" "$share/man/man1" "$share/bash-completion/completions" "$share/zsh/vendor-completions" \
  "$share/fish/vendor_completions.d" "$stage/usr/bin" "$stage/usr/lib/systemd/system" "$stage/DEBIAN"

(cd "$app" && tar -cf - --exclude='*.pdb' --exclude='*.dbg' --exclude='*.xml' --exclude=./scenarios .) | tar -xf - -C "$lib"
(cd "$app" && tar -cf - --exclude=scenarios/testing scenarios) | tar -xf - -C "$share/loadlab"
# The program finds its scenarios beside itself, whatever the link by which it was called.
ln -s ../../share/loadlab/scenarios "$lib/scenarios"
ln -s ../lib/loadlab/loadlab "$stage/usr/bin/loadlab"

"$app/loadlab" help --man "$share/man/man1" >/dev/null
gzip -9n "$share/man/man1/"*.1
"$app/loadlab" completion bash >"$share/bash-completion/completions/loadlab"
"$app/loadlab" completion zsh >"$share/zsh/vendor-completions/_loadlab"
"$app/loadlab" completion fish >"$share/fish/vendor_completions.d/loadlab.fish"
cp "$root"/packaging/systemd/*.service "$stage/usr/lib/systemd/system/"
cp "$root/LICENSE" "$root/THIRD-PARTY-NOTICES.txt" "$doc/"
gzip -9nc "$root/CHANGELOG.md" >"$doc/changelog.gz"
cat >"$doc/copyright" <<END
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: LoadLab

Files: *
Copyright: The LoadLab authors
License: Apache-2.0
 The whole text is in LICENSE; what comes from others, with their licences, in THIRD-PARTY-NOTICES.txt, both in this folder.
END
chmod -R u=rwX,go=rX "$stage/usr"

cat >"$stage/DEBIAN/control" <<END
Package: loadlab
Version: $version
Architecture: $architecture
Maintainer: The LoadLab authors <noreply@loadlab.invalid>
Installed-Size: $(du -sk "$stage/usr" | cut -f1)
Depends: $depends
Section: net
Priority: optional
Description: drives a Linux kernel's sockets to their limits
 LoadLab fills accept queues, SYN queues, port ranges and descriptor tables on
 purpose, in network namespaces of its own, and says what broke, when and why.
 The units loadlab-serve and loadlab-inspect are installed and not started.
END
# The units are started by who wants them; when the package goes, they end with it.
cat >"$stage/DEBIAN/postinst" <<'END'
#!/bin/sh
set -e
[ ! -d /run/systemd/system ] || systemctl daemon-reload || true
END
cat >"$stage/DEBIAN/prerm" <<'END'
#!/bin/sh
set -e
[ "$1" != remove ] || [ ! -d /run/systemd/system ] || systemctl disable --now loadlab-serve.service loadlab-inspect.service || true
END
cp "$stage/DEBIAN/postinst" "$stage/DEBIAN/postrm"
chmod 755 "$stage/DEBIAN/postinst" "$stage/DEBIAN/prerm" "$stage/DEBIAN/postrm"
(cd "$stage" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$stage/DEBIAN/md5sums"

package=$out/loadlab_${version}_$architecture.deb
# The same program gives the same package, where the time of the commit is known.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH
dpkg-deb --root-owner-group --build "$stage" "$package" >/dev/null
printf '%s\n' "$package"
