# What is checked, and how it is counted: sourced by run.sh.

pass() { passed=$((passed + 1)); echo "ok    $1"; }
fail() { failed=$((failed + 1)); printf 'FAIL  %s\n%s\n' "$1" "${2:-}"; }
skip() { skipped=$((skipped + 1)); echo "skip  $1: $2"; }

# equal CLAIM EXPECTED GOT
equal() { if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "      expected '$2', got '$3'"; fi; }

# holds CLAIM FILE JQ-CONDITION: true for the document
holds() { if [ -f "$2" ] && [ "$(jq -r "$3" "$2" 2>&1)" = true ]; then pass "$1"; else fail "$1" "      not so in ${2:-nowhere}: $3"; fi; }

loadlab() { docker run --rm --network none --read-only --user "$LOADLAB_USER" -v "$PWD/results:/results" "$image" "$@"; }

check_image() {
  equal "the image runs as nobody in particular" "1654:1654" "$(docker inspect -f '{{.Config.User}}' "$image")"
  if docker run --rm --entrypoint /bin/sh "$image" -c true >/dev/null 2>&1; then
    fail "the image has no shell" "      /bin/sh runs"
  else
    pass "the image has no shell"
  fi
  equal "the image answers" 0 "$(docker run --rm --network none "$image" --version >/dev/null 2>&1; echo $?)"
  local layers
  layers=$(docker history --human=false --format '{{.Size}} {{.CreatedBy}}' "$image" | awk '/COPY/ {n += $1} END {print n}')
  if [ "$layers" -gt 0 ] && [ "$layers" -lt 50000000 ]; then
    pass "what it adds to its base is small ($((layers / 1000000)) MB)"
  else
    fail "what it adds to its base is small" "      $layers bytes"
  fi
  # With the base that it was built on: of this script's own a C library and nothing else, else the Dockerfile's.
  local size
  size=$(docker image inspect -f '{{.Size}}' "$image")
  if [ "$size" -gt "$layers" ] && [ "$size" -le 60000000 ]; then
    pass "the whole image is at most 60 MB ($((size / 1000000)) MB)"
  else
    fail "the whole image is at most 60 MB" "      $size bytes"
  fi
  docker create --name "$project-files" "$image" >/dev/null && docker export "$project-files" | tar -tf - >"$work/files" &&
    docker rm "$project-files" >/dev/null
  equal "the licence and the notices are in it" 2 "$(grep -cxE 'app/(LICENSE|THIRD-PARTY-NOTICES.txt)' "$work/files")"
  equal "a container that got another somaxconn refuses to run" 2 "$(docker run --rm --network none --sysctl net.core.somaxconn=200 "$image" \
    run accept-queue/stall-under-load --sandbox container --set sysctl.net.core.somaxconn=128 >/dev/null 2>&1; echo $?)"
  # An engine of our own is itself in a network namespace that is not the machine's.
  if [ -n "$engine_pid" ]; then
    skip "the machine's own network is no container's" "this engine has no way to it"
  else
    equal "the machine's own network is no container's" 3 \
      "$(docker run --rm --network host "$image" run accept-queue/backlog-overflow --sandbox container >/dev/null 2>&1; echo $?)"
  fi
  loadlab run accept-queue/final-ack-ignored-unprivileged --sandbox container --json >"$work/unprivileged.json" 2>"$work/unprivileged.log"
  holds "a scenario holds in a container without any capability" "$work/unprivileged.json" '.sandbox == "container" and .finished and .verdict != "broken"'
}

check_compare() {
  timeout 300 $compose --profile compare up --no-build >"$work/compare.log" 2>&1
  local document
  document=$(ls results/*compare*/compare.json 2>/dev/null | tail -n 1)
  holds "compare waits for all and tells both tunings" "${document:-none}" \
    '[.tunings[].name] == ["somaxconn-128", "somaxconn-4096"] and all(.tunings[]; (.metrics["connect.p99"].runs | length) == 5)'
  holds "a queue of 128 makes clients wait a whole SYN time-out, one of 4096 does not" "${document:-none}" \
    '(.tunings[] | select(.name == "somaxconn-128") | .metrics["connect.p99"].median > 0.9)
      and (.tunings[] | select(.name == "somaxconn-4096") | .metrics["connect.p99"].median < 0.9)'
  local tuning
  for tuning in 128 4096; do
    equal "each container of somaxconn-$tuning reads back what it got" "5 $tuning" \
      "$(cat "results/compose/somaxconn-$tuning"/*/run.json 2>/dev/null | jq -r '.settings["net.core.somaxconn"]' | sort | uniq -c | awk '{print $1, $2}')"
  done
  [ -n "$document" ] || tail -n 30 "$work/compare.log"
  # Turns: no run of one begins within one of the other.
  equal "they took turns" 0 "$(cat results/compose/*/*/run.json | jq -s '
    [.[] | {from: (.started | sub("\\.[0-9]+"; "") | sub("\\+00:00"; "Z") | fromdate), d: .duration_s}] | sort_by(.from)
    | [range(1; length) as $i | select(.[$i].from + 1 < .[$i - 1].from + .[$i - 1].d - 1)] | length')"
  $compose --profile compare down >/dev/null 2>&1
}

check_drive() {
  export LOADLAB_SWARMS=4 LOADLAB_RATE=250/s LOADLAB_FOR=4s
  $compose --profile drive up -d --no-build --scale swarm=4 >"$work/drive.log" 2>&1
  wait_for "the swarms end" 60 'test "$(containers_of swarm | wc -l)" = 0' || tail -n 20 "$work/drive.log"
  equal "the server's health check says that it answers" healthy "$(docker inspect -f '{{.State.Health.Status}}' "$(containers_of server)")"
  $compose --profile drive stop >>"$work/drive.log" 2>&1
  loadlab merge /results/drive --out /results/merged --json >"$work/drive.json" 2>"$work/merge.log" || cat "$work/merge.log"
  holds "four swarms in four containers become one result" "$work/drive.json" \
    '.finished and .verdict == "held" and .connections.attempted == 4000 and .connections.established == 4000'
  holds "their server has accepted what they established" "$work/drive.json" '.findings | any(.id == "both-ends" and .outcome == "held")'
  equal "each had an address of its own in 198.18.0.0/15" 4 \
    "$(cat results/drive/*/observations.jsonl | jq -r 'select(.kind == "replica-ready") | .address' | grep '^198\.1[89]\.' | sort -u | wc -l)"
  local one starts
  starts=$(for one in results/drive/*-swarm-*; do first_connect "$one"; done | sort -n)
  if awk 'NR == 1 {first = $1} {last = $1} END {exit !(NR == 4 && last - first < 1.0)}' <<<"$starts"; then
    pass "they started together ($(awk 'NR == 1 {f = $1} {l = $1} END {printf "%.3f s apart", l - f}' <<<"$starts"))"
  else
    fail "they started together" "$starts"
  fi
  $compose --profile drive down >/dev/null 2>&1
}

# containers_of SERVICE: the ids of those that run
containers_of() {
  docker ps -q --filter "label=com.docker.compose.project=$project" --filter "label=com.docker.compose.service=$1"
}

# first_connect FOLDER: when the swarm of these results began its first connect, in seconds since 1970
first_connect() {
  local first
  first=$(jq -r 'select(.kind == "connects-counted") | .t' "$1/observations.jsonl" | head -n 1)
  jq -r --slurpfile host "$1/host.json" -n '$host[0].started' | xargs -I{} date -d {} +%s.%N | awk -v first="$first" '{printf "%.3f\n", $1 + first / 1e9}'
}

check_consent() {
  docker network create --subnet 198.19.7.0/24 "$project-other" >/dev/null 2>&1 || { skip "consent" "no network of 198.19.7.0/24 can be made here"; return; }
  docker run -d --name "$project-deaf" --network "$project-other" --ip 198.19.7.10 "$image" serve --address 0.0.0.0 --port 9000 --consent false >/dev/null 2>&1
  docker run --rm --network "$project-other" "$image" swarm --target 198.19.7.10:9000 --connections 5 >"$work/consent.log" 2>&1
  equal "a server that does not consent is not loaded" 2 "$?"
  if grep -q consents "$work/consent.log"; then pass "and the reason is said"; else fail "and the reason is said" "$(cat "$work/consent.log")"; fi
  docker stop -t 5 "$project-deaf" >/dev/null 2>&1
  if docker logs "$project-deaf" 2>&1 | grep '^accepted 0,' >/dev/null; then
    pass "and nothing came to its port"
  else
    fail "and nothing came to its port" "$(docker logs "$project-deaf" 2>&1 | tail -n 3)"
  fi
  docker rm -f "$project-deaf" >/dev/null 2>&1
  docker network rm "$project-other" >/dev/null 2>&1
}

# A watch that shares the network namespace of a server's container sees its accept queue, as ss in that namespace does.
check_sidecar() {
  local pid
  docker run -d --name "$project-served" --network none "$image" serve --address 127.0.0.1 --port 9000 --backlog 4 --accept never >/dev/null 2>&1
  pid=$(docker inspect -f '{{.State.Pid}}' "$project-served" 2>/dev/null)
  if ! nsenter -t "${pid:-0}" -n true 2>/dev/null; then
    skip "a sidecar" "this is not root, or the engine's processes are not seen here"
    docker rm -f "$project-served" >/dev/null 2>&1
    return
  fi
  docker run -d --name "$project-sidecar" --network "container:$project-served" --read-only --cap-drop ALL "$image" \
    inspect --watch --every 1s --prometheus :9464 >/dev/null 2>&1
  docker run -d --name "$project-clients" --network "container:$project-served" "$image" \
    swarm --target 127.0.0.1:9000 --connections 9 --connect-timeout 30s --hold 30s >/dev/null 2>&1
  wait_for "a sidecar tells the accept queue of another container" 30 '[ "$(told accept_queue_usage "$pid")" = 5 ]' ||
    docker logs "$project-sidecar" 2>&1 | tail -n 5
  equal "and its limit" 4 "$(told accept_queue_limit "$pid")"
  equal "as ss does in that container's namespace" "5 4" "$(nsenter -t "$pid" -n ss -Hltn 'sport = :9000' | awk '{print $2, $3}')"
  equal "where the machine itself has no such listener" "" "$(ss -Hltn 'sport = :9000')"
  docker stop -t 10 "$project-sidecar" >/dev/null 2>&1
  equal "a sidecar that is stopped ends with status 0" 0 "$(docker inspect -f '{{.State.ExitCode}}' "$project-sidecar")"
  docker rm -f "$project-clients" "$project-sidecar" "$project-served" >/dev/null 2>&1
}

# told INSTRUMENT PID: the figure of port 9000 on the sidecar's page for Prometheus; PID names the namespace.
told() {
  nsenter -t "$2" -n bash -c 'exec 3<>/dev/tcp/127.0.0.1/9464 &&
    printf "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:9464\r\nConnection: close\r\n\r\n" >&3 && cat <&3' 2>/dev/null |
    sed -n "s/^loadlab_server_$1{.*loadlab_listener=\"127.0.0.1:9000\".*} \([0-9]*\).*/\1/p"
}

check_swarm() {
  # Somebody's engine is not made a manager of anything.
  if [ -z "$engine_pid" ]; then skip "docker stack deploy" "this engine is not the script's own"; return; fi
  if ! docker swarm init --advertise-addr 127.0.0.1 >"$work/swarm.log" 2>&1; then
    skip "docker stack deploy" "no Docker Swarm here: $(tail -n 1 "$work/swarm.log")"
    return
  fi
  own_swarm=yes
  rm -rf results/drive
  mkdir results/drive
  export LOADLAB_SWARMS=4 LOADLAB_RATE=250/s LOADLAB_FOR=8s
  if ! docker stack deploy -c docker-compose.yml "$project" >>"$work/swarm.log" 2>&1; then
    fail "the file deploys as a stack" "$(tail -n 5 "$work/swarm.log")"
    return
  fi
  pass "the file deploys as a stack"
  if ! wait_for "four replicas have begun" 90 \
    'test "$(grep -l connects-counted results/drive/*-swarm-*/observations.jsonl 2>/dev/null | wc -l)" = 4'; then
    docker service ps --no-trunc --format '{{.Name}} {{.CurrentState}} {{.Error}}' "${project}_swarm" "${project}_server" 2>&1 | head -n 8
    return
  fi
  local victim
  victim=$(docker ps -q --filter "label=com.docker.swarm.service.name=${project}_swarm" | head -n 1)
  docker kill "$victim" >/dev/null 2>&1
  wait_for "the other three end" 60 'test "$(docker ps -q --filter "label=com.docker.swarm.service.name=${project}_swarm" | wc -l)" = 0'
  docker stop -t 10 "$(docker ps -q --filter "label=com.docker.swarm.service.name=${project}_server")" >/dev/null 2>&1
  loadlab merge /results/drive --out /results/merged --json >"$work/stack.json" 2>"$work/merge.log"
  equal "a replica that was killed makes the merged result inconclusive" 3 "$?"
  holds "and it is named" "$work/stack.json" '.verdict == "inconclusive" and (.unfinished | contains("did not finish"))
    and (.findings[0].observed == 4) and (.findings[0].predicted == 5)'
  holds "the figures of the others are there" "$work/stack.json" '.connections.established >= 6000 and .connections.established < 8000'
}

# Last, since it takes the one-node Docker Swarm down.
check_two_nodes() {
  if [ -z "$own_swarm" ]; then skip "a Docker Swarm of two nodes" "no Docker Swarm of this script's own"; return; fi
  end_swarm
  if ! start_node 2>>"$work/swarm.log"; then
    skip "a Docker Swarm of two nodes" "no second engine here: $(cat "$work/swarm.log" "$work/node.log" | tail -n 1)"
    return
  fi
  if ! docker swarm init --advertise-addr 198.19.250.1 >>"$work/swarm.log" 2>&1; then
    skip "a Docker Swarm of two nodes" "$(tail -n 1 "$work/swarm.log")"
    return
  fi
  own_swarm=yes
  docker -H "$node_host" swarm join --token "$(docker swarm join-token -q worker)" 198.19.250.1:2377 >>"$work/swarm.log" 2>&1
  rm -rf results/drive
  mkdir results/drive
  export LOADLAB_SWARMS=4 LOADLAB_RATE=250/s LOADLAB_FOR=5s
  docker stack deploy -c docker-compose.yml "$project" >>"$work/swarm.log" 2>&1
  wait_for "on two nodes all four replicas end" 90 \
    'test "$(docker service ps --format "{{.CurrentState}}" "${project}_swarm" 2>/dev/null | grep -c "^Complete")" = 4' ||
    docker service ps --no-trunc --format '{{.Name}} {{.Node}} {{.CurrentState}} {{.Error}}' "${project}_swarm" "${project}_server"
  equal "each node has run two of them" "2 2" \
    "$(docker service ps --format '{{.Node}}' "${project}_swarm" | sort | uniq -c | awk '{print $1}' | paste -sd ' ')"
  local host
  for host in "$DOCKER_HOST" "$node_host"; do
    docker -H "$host" ps -q --filter "label=com.docker.swarm.service.name=${project}_server" |
      xargs -r docker -H "$host" stop -t 10 >/dev/null 2>&1
  done
  loadlab merge /results/drive --out /results/merged --json >"$work/nodes.json" 2>"$work/merge.log" || cat "$work/merge.log"
  holds "what both nodes' swarms did is one result" "$work/nodes.json" \
    '.finished and .verdict == "held" and .connections.attempted == 5000 and .connections.established == 5000'
}

end_swarm() {
  [ -n "$own_swarm" ] || return 0
  docker stack rm "$project" >/dev/null 2>&1
  [ -z "$node_pid" ] || docker -H "$node_host" swarm leave --force >/dev/null 2>&1
  docker swarm leave --force >/dev/null 2>&1
  own_swarm=
}

# wait_for CLAIM SECONDS CONDITION
wait_for() {
  local until=$((SECONDS + $2))
  while ! eval "$3"; do
    if [ "$SECONDS" -ge "$until" ]; then fail "$1" "      not within $2 s"; return 1; fi
    sleep 0.25
  done
  pass "$1"
}
