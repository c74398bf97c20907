#!/bin/sh
# Makes all files of a release, and checksums of them:
#
#   packaging/release.sh OUT [APP]      APP: a folder with native code that is published already
#
# Native code for this machine as .tar.gz and .deb; the .NET tool, LoadLab.Testing and LoadLab.Server as NuGet packages with their symbols; the
# bill of materials. TAG=v… is compared with the version of the sources, which git's tags say.
set -eu
say() { printf 'release.sh: %s\n' "$1" >&2; exit 2; }
[ $# -eq 1 ] || [ $# -eq 2 ] || say "takes the folder to write, and perhaps the folder of the program, and got $# words"
root=$(cd -- "$(dirname -- "$0")/.." && pwd)
mkdir -p -- "$1"
out=$(cd -- "$1" && pwd)
[ -z "$(ls -A "$out")" ] || say "$out is not empty, and checksums of a release are of all that is in it"
app=${2:+$(cd -- "$2" && pwd)}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$root"
version=$(dotnet msbuild src/LoadLab.Cli -restore -t:MinVer -getProperty:Version)
[ -z "${TAG-}" ] || [ "$TAG" = "v$version" ] || say "the tag is $TAG, and the sources are of version $version (git describe --tags)"

case $(uname -m) in x86_64) rid=linux-x64 ;; aarch64) rid=linux-arm64 ;; *) say "native code is made on x86-64 and arm64, and this is $(uname -m)" ;; esac
if [ -z "$app" ]; then
  app=$scratch/app
  dotnet publish src/LoadLab.Cli -c Release -r "$rid" -o "$app" --artifacts-path "$scratch/artifacts" -v quiet --nologo -p:PublishAot=true \
    -p:OptimizationPreference=Speed -p:StripSymbols=true -p:GenerateDocumentationFile=false
fi
[ ! -e "$app/loadlab.dll" ] || say "$app has a program that needs a runtime, and a release has native code"

name=loadlab-$version-$rid
mkdir "$scratch/$name"
(cd "$app" && tar -cf - --exclude='*.pdb' --exclude='*.dbg' --exclude='*.xml' --exclude=scenarios/testing .) | tar -xf - -C "$scratch/$name"
cp LICENSE THIRD-PARTY-NOTICES.txt README.md CHANGELOG.md "$scratch/$name/"
tar -C "$scratch" --owner=0 --group=0 --numeric-owner --sort=name -czf "$out/$name.tar.gz" "$name"
VERSION=$version packaging/deb.sh "$app" "$out" >/dev/null
for project in LoadLab.Cli LoadLab.Testing LoadLab.Server; do
  dotnet pack "src/$project" -c Release -o "$out" --artifacts-path "$scratch/artifacts" -v quiet --nologo -p:ContinuousIntegrationBuild=true
done
packaging/sbom.sh "$out/loadlab-$version.cdx.json"
(cd "$out" && sha256sum -- * >"$scratch/sums" && mv "$scratch/sums" SHA256SUMS)
ls "$out"
