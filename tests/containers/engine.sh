# The engine, compose and the image: sourced by run.sh.

# Where Docker is only installed, an engine of our own, with its own folders and socket; it ends with this script. It lives in a network and a mount
# namespace of its own, so that its bridges, its firewall rules and its mounts end with it, too.
start_engine() {
  if docker info >/dev/null 2>&1; then return 0; fi
  if [ "$(id -u)" -ne 0 ] || ! command -v dockerd >/dev/null; then
    skip "all of it" "no Docker engine runs, and this is not root with dockerd installed"
    return 1
  fi
  export DOCKER_HOST=unix://$work/docker.sock
  unshare --net --mount --propagation private sh -c 'ip link set lo up && exec dockerd "$@"' sh \
    --data-root "$work/data" --exec-root "$work/exec" --pidfile "$work/docker.pid" -H "$DOCKER_HOST" >"$work/dockerd.log" 2>&1 &
  engine_pid=$!
  for _ in $(seq 100); do
    docker info >/dev/null 2>&1 && return 0
    kill -0 "$engine_pid" 2>/dev/null || break
    sleep 0.2
  done
  skip "all of it" "the engine does not start here: $(tail -n 1 "$work/dockerd.log")"
  return 1
}

end_engine() {
  for pid in $node_pid $engine_pid; do
    kill "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
  done
}

# A second engine with a name, a network and folders of its own, joined to the first by a pair of virtual interfaces: another machine, as a Docker
# Swarm sees it.
start_node() {
  node_host=unix://$work/node.sock
  unshare --net --uts --mount --propagation private sh -c 'hostname "$0-node"; ip link set lo up && exec dockerd "$@"' "$project" \
    --data-root "$work/node-data" --exec-root "$work/node-exec" --pidfile "$work/node.pid" -H "$node_host" >"$work/node.log" 2>&1 &
  node_pid=$!
  for _ in $(seq 100); do
    if docker -H "$node_host" info >/dev/null 2>&1; then
      ip link add llnode netns "$engine_pid" type veth peer name llnode netns "$node_pid" &&
        nsenter -t "$engine_pid" -n sh -c 'ip addr add 198.19.250.1/30 dev llnode && ip link set llnode up' &&
        nsenter -t "$node_pid" -n sh -c 'ip addr add 198.19.250.2/30 dev llnode && ip link set llnode up' &&
        docker save "$image" | docker -H "$node_host" load >/dev/null
      return
    fi
    kill -0 "$node_pid" 2>/dev/null || break
    sleep 0.2
  done
  return 1
}

find_compose() {
  if docker compose version >/dev/null 2>&1; then compose="docker compose"
  elif command -v docker-compose >/dev/null; then compose=docker-compose
  else skip "all of it" "neither docker compose nor docker-compose is installed"; return 1
  fi
}

# The Dockerfile's own base images where a registry answers (an engine of our own has no way out, and does not ask); else two of Debian: one with
# the SDK of this machine, one with a C library and nothing more.
build_image() {
  image=$project:latest
  if [ -z "$engine_pid" ] && timeout 60 docker pull -q "$(sed -n 's/^ARG RUNTIME_IMAGE=//p' "$root/Dockerfile")" >/dev/null 2>&1; then
    docker build -t "$image" "$root" >"$work/build.log" 2>&1
    return
  fi
  if ! command -v debootstrap >/dev/null || [ "$(id -u)" -ne 0 ]; then
    echo "no registry can be reached, and debootstrap needs root and its package" >"$work/build.log"
    return 1
  fi
  debian_images >"$work/build.log" 2>&1 &&
    DOCKER_BUILDKIT=0 docker build --build-arg BUILD_IMAGE="$project-sdk" --build-arg RUNTIME_IMAGE="$project-base" -t "$image" "$root" >>"$work/build.log" 2>&1
}

debian_images() {
  local base=$work/base packages=$work/packages dotnet
  dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
  debootstrap --variant=minbase --include=gcc,libc6-dev "$(. /etc/os-release && echo "${VERSION_CODENAME:-bookworm}")" "$base" || return 1
  # What the build restores comes along: a build container may not reach a feed that this machine does.
  dotnet restore "$root/src/LoadLab.Cli" -r "linux-$(case $(uname -m) in aarch64) echo arm64 ;; *) echo x64 ;; esac)" -p:PublishAot=true \
    -p:UseArtifactsOutput=true -p:ArtifactsPath="$work/artifacts" --packages "$packages" -v quiet || return 1
  {
    tar -C "$base" --exclude=./var/cache --exclude=./var/lib/apt -cf "$work/sdk.tar" . &&
      tar -C "$dotnet/.." --transform "s,^$(basename "$dotnet"),opt/dotnet," -rf "$work/sdk.tar" "$(basename "$dotnet")" &&
      tar -C "$work" --transform 's,^packages,root/.nuget/packages,' -rf "$work/sdk.tar" packages
  } || return 1
  docker import -c 'ENV PATH=/opt/dotnet:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' "$work/sdk.tar" "$project-sdk" || return 1
  rm -f "$work/sdk.tar"
  # ldd's paths as they are named there, links and what they point to.
  (cd "$base" && find . \( -name 'libc.so.6' -o -name 'libm.so.6' -o -name 'ld-linux-*' -o -name 'lib' -o -name 'lib64' \) \( -type l -o -type f \) \
    -print0 | tar --null -cf - --files-from -) | docker import - "$project-base" || return 1
  rm -rf "$base" "$packages" "$work/artifacts"
}
