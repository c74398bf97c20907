#!/usr/bin/env bash
# What action.yml does, and the same on any machine:
#
#   INPUT_SCENARIOS='limits/somaxconn' packaging/action.sh
#
# Runs the scenarios; adds a summary to $GITHUB_STEP_SUMMARY and the places of its files to $GITHUB_OUTPUT where those are set.
# The exit status is that of 'loadlab run'.
set -uo pipefail
say() { printf 'loadlab action: %s\n' "$1" >&2; exit 2; }

# Words as a shell has them, with quotes, and nothing in them is executed or expanded: inputs may come from a pull request.
split() { # name of the array, name of the input, text
  local text
  text=$(printf '%s\n' "$3" | xargs -r printf '%s\n' 2>/dev/null) || say "input '$2' has a quote that does not end: $3"
  mapfile -t "$1" < <([ -z "$text" ] || printf '%s\n' "$text")
}

split scenarios scenarios "${INPUT_SCENARIOS-}"
split arguments args "${INPUT_ARGS-}"
[ ${#scenarios[@]} -gt 0 ] || say "input 'scenarios' is empty: name one or more, such as 'accept-queue/backlog-overflow' or 'accept-queue/*'"
for word in "${scenarios[@]}"; do
  case $word in -*) say "input 'scenarios' has the option '$word': options go into 'args'" ;; esac
done
for word in "${arguments[@]}"; do
  case $word in
    --out | --out=* | --junit | --junit=* | --markdown | --markdown=*)
      say "input 'args' has '$word', which the action sets itself: choose the folder by 'results'" ;;
  esac
done
[ -z "${INPUT_PATH-}" ] || [ -z "${INPUT_VERSION-}" ] || say "inputs 'path' and 'version' both choose the program: give one of them"

results=${INPUT_RESULTS:-loadlab-results}
mkdir -p -- "$results" || say "input 'results': the folder '$results' cannot be made"
results=$(cd -- "$results" && pwd) || say "input 'results': the folder '$results' cannot be entered"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

if [ -n "${INPUT_PATH-}" ]; then
  program=$INPUT_PATH
  [ -x "$program" ] && [ ! -d "$program" ] || say "input 'path': '$program' is not a program that can be run"
  case $program in */*) ;; *) program=./$program ;; esac
elif [ -n "${INPUT_VERSION-}" ]; then
  dotnet tool install LoadLab --version "$INPUT_VERSION" --tool-path "$scratch/tools" >"$scratch/install" 2>&1 ||
    { cat "$scratch/install" >&2; say "input 'version': LoadLab $INPUT_VERSION could not be installed from the NuGet feeds of this job; the reason is above"; }
  program=$scratch/tools/loadlab
else
  # The action is the repository: its own launcher builds the program once.
  program=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)/loadlab
fi

# Of this step alone: two steps of a job may share the folder.
junit=$(mktemp -- "$results/junit-XXXXXX.xml") || say "input 'results': a file cannot be made in '$results'"
summary=$scratch/summary.md
: >"$summary"
{
  "$program" run "${scenarios[@]}" --out "$results" --junit "$junit" --markdown "$summary" "${arguments[@]}" 2>&1 1>&3 3>&- | tee "$scratch/errors" >&2
  status=${PIPESTATUS[0]}
} 3>&1

case $status in
  0) verdict=held ;;
  1) verdict=broken ;;
  2) verdict=refused ;;
  3) verdict=inconclusive ;;
  130) verdict=interrupted ;;
  *) verdict=failed ;;
esac
if [ ! -s "$summary" ]; then
  # Nothing was run, and the reason would be in the log alone. Indented, since a message may have a fence in it.
  { printf '### LoadLab: %s (exit status %s)\n\n' "$verdict" "$status"; tail -n 40 "$scratch/errors" | sed 's/^/    /'; } >"$summary"
fi
[ -s "$junit" ] || { rm -f -- "$junit"; junit=; }
[ -z "${GITHUB_STEP_SUMMARY-}" ] || cat -- "$summary" >>"$GITHUB_STEP_SUMMARY"
outputs="verdict=$verdict
exit-status=$status
results=$results
junit=$junit"
if [ -n "${GITHUB_OUTPUT-}" ]; then printf '%s\n' "$outputs" >>"$GITHUB_OUTPUT"; else printf '%s\n' "$outputs"; fi
exit "$status"
