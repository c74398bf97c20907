#!/bin/sh
# Writes what LoadLab is made of (a software bill of materials) as CycloneDX JSON:
#
#   packaging/sbom.sh FILE.json
#
# The packages are those that NuGet resolved for the program (project.assets.json); those of the build alone are left out.
# The tool's version is in .config/dotnet-tools.json. Exit status 4: no feed of this machine has the tool.
set -eu
say() { printf 'sbom.sh: %s\n' "$1" >&2; exit "${2:-2}"; }
[ $# -eq 1 ] || say "takes one word, the file to write, and got $#"
for tool in dotnet jq; do
  command -v "$tool" >/dev/null || say "needs '$tool', and it is not on the PATH"
done
root=$(cd -- "$(dirname -- "$0")/.." && pwd)
mkdir -p -- "$(dirname -- "$1")"
out=$(cd -- "$(dirname -- "$1")" && pwd)/$(basename -- "$1")
project=src/LoadLab.Cli/LoadLab.Cli.csproj
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$root"
step() { # status when it fails, command: its output is of interest only then
  failure=$1
  shift
  "$@" >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; say "'$*' failed, its output is above" "$failure"; }
}

step 4 dotnet tool restore
step 1 dotnet restore "$project"
step 1 dotnet tool run dotnet-CycloneDX -- "$project" --output "$scratch" --filename bom.json --output-format Json --spec-version 1.6 \
  --disable-package-restore --exclude-dev
dotnet msbuild "$project" -t:MinVer -getProperty:Version,BundledNETCoreAppPackageVersion >"$scratch/properties"

# The tool knows packages. A native or self-contained program has the runtime in it as well, and the program itself has a name and a licence.
jq --slurpfile project "$scratch/properties" '
  $project[0].Properties as $is
  | ("pkg:nuget/LoadLab@" + $is.Version) as $self
  | ("pkg:github/dotnet/runtime@v" + $is.BundledNETCoreAppPackageVersion) as $runtime
  | .metadata.component["bom-ref"] as $old
  | .metadata.component = {type: "application", "bom-ref": $self, name: "LoadLab", version: $is.Version, purl: $self, licenses: [{license: {id: "Apache-2.0"}}]}
  | .components += [{type: "framework", "bom-ref": $runtime, name: ".NET runtime", version: $is.BundledNETCoreAppPackageVersion, purl: $runtime,
      scope: "required", licenses: [{license: {id: "MIT"}}]}]
  | .dependencies |= map(if .ref == $old then .ref = $self | .dependsOn = ((.dependsOn // []) + [$runtime]) else . end)
' "$scratch/bom.json" >"$scratch/done.json"
mv "$scratch/done.json" "$out"
