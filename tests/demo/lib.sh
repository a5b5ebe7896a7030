# tests/demo/lib.sh: what the demo's story is told with: programs in the background, waiting with a deadline, typing.
# Everything lives in $work and listens on loopback; what was started is ended when the shell ends.

bin=build/release/bin
declare -a started=()
declare -A control_of=() typed=() address=() pid_of=()

say() { printf '\n\033[1m%s\033[0m\n  %s\n' "$1" "$2"; }
note() { printf '    %s\n' "$*"; }
fail() {
  printf '\ndemo: %s\n' "$*" >&2
  exit 1
}

stop_all() {
  local pid
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
}

# wait_for SECONDS WHAT COMMAND...: until the command succeeds.
wait_for() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    ((SECONDS < deadline)) || fail "waited too long for: $what"
    sleep 0.05
  done
}

# start NAME COMMAND...: in the background; its address is the first "http://" that it prints.
start() {
  local name=$1
  shift
  : >"$work/$name.out"
  "$@" >"$work/$name.out" 2>"$work/$name.log" &
  started+=($!)
  pid_of[$name]=$!
  wait_for 20 "$name to start (see $work/$name.log)" grep -q 'http://' "$work/$name.out"
  address[$name]=$(grep -o 'http://[0-9.:]*' "$work/$name.out" | head -n 1)
}

# The line between the offices and the province: our own proxy, told what to do on its control port.
start_line() {
  start "$1" "$bin/tram-chaos-proxy" "${address[province]##*:}" --control 0
  wait_for 10 "$1's control port" grep -q '^control on' "$work/$1.out"
  control_of[$1]=$(sed -n 's/^control on 127.0.0.1://p' "$work/$1.out")
}
line() {
  local control answer
  exec {control}<>"/dev/tcp/127.0.0.1/${control_of[$1]}"
  echo "$2" >&"$control"
  read -r -t 10 answer <&"$control"
  exec {control}>&-
  [[ $answer == ok ]] || fail "the line would not $2: $answer"
}

power_cut() {
  kill -9 "${pid_of[$1]}"
  wait "${pid_of[$1]}" 2>/dev/null || true
}

agent() {
  local pc=$1
  shift
  "$bin/tram-agent" "$@" --data "$work/$pc"
}
server() { "$bin/tram-server" "$@" --data "$work/province"; }
start_pc() { start "pc-$1" "$bin/tram-agent" run --data "$work/$1" --listen 127.0.0.1:0; }

# type_in PC ID FIELD=VALUE...: a clerk types, and the demo remembers it on its own for the sum at the end.
type_in() {
  local pc=$1 id=$2 pair
  shift 2
  agent "$pc" report set "$id" "$@" >/dev/null
  for pair in "$@"; do typed["${office_of[$pc]} $id ${pair%%=*}"]=${pair#*=}; done
}

status_of() { agent "$1" status --json | jq -r "$2"; }
status_is() { [[ $(status_of "$1" "$2") == "$3" ]]; }
nothing_waits() { status_is "$1" '.pending' 0 && status_is "$1" '.state' idle; }
state_of() { agent "$1" report show "$2" --json | jq -r .state; }
province_has_conflicts() { [[ $(server status --json | jq '[.offices[].conflicts] | add') == "$1" ]]; }
