#!/usr/bin/env bash
# Exercises Dockerfile and docker-compose.yml on a real engine, and says "N passed, N failed, N skipped".
#
#   tests/containers/run.sh
#
# Uses the engine that runs; where none does and this is root, starts one of its own (packages docker.io, docker-compose) and ends it. Pulls the
# Dockerfile's base images, or, where no registry can be reached, builds them with debootstrap. Works on a copy, with a project name of its own,
# and removes what it made.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/loadlab-containers-XXXXXX")
project=loadlabtest$$
passed=0 failed=0 skipped=0
engine_pid= node_pid=
own_swarm=

# shellcheck source=tests/containers/engine.sh
. "$root/tests/containers/engine.sh"
# shellcheck source=tests/containers/checks.sh
. "$root/tests/containers/checks.sh"

finish() {
  trap - EXIT INT TERM
  [ -z "${compose:-}" ] || $compose --profile compare --profile drive down -v --remove-orphans >/dev/null 2>&1
  end_swarm
  end_engine
  rm -rf "$work"
  echo "containers: $passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ]
  exit
}
trap finish EXIT INT TERM

missing=
for tool in docker jq tar; do command -v "$tool" >/dev/null || missing="$missing $tool"; done
if [ -n "$missing" ]; then skip "all of it" "not installed:$missing"; exit; fi
start_engine || exit
find_compose || exit
build_image || { fail "the image builds" "$(tail -n 20 "$work/build.log")"; exit; }
pass "the image builds"

mkdir -p "$work/project/results" "$work/project/src/LoadLab.Telemetry"
cp "$root/docker-compose.yml" "$root/docker-compose.override.yml" "$work/project/"
cp -r "$root/src/LoadLab.Telemetry/Grafana" "$work/project/src/LoadLab.Telemetry/"
cd "$work/project" || exit 1
export LOADLAB_IMAGE=$image LOADLAB_USER="$(id -u):$(id -g)" LOADLAB_NOFILE=16384 COMPOSE_PROJECT_NAME=$project

check_image
check_compare
check_drive
check_consent
check_sidecar
check_swarm
check_two_nodes
