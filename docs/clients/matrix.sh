#!/usr/bin/env bash
# Prints the tables of docs/clients.md for what this machine has, in one run of some minutes: every stack against matrix/run.py, a server that misbehaves on purpose,
# and against a gateway, which is built and started for it where dotnet is there.
#
#   docs/clients/matrix.sh [install] [NAME...]
#
# `install` brings what is missing from Debian (as root); packages of npm go into a temporary folder. What is not there or does not build says so in its row.
# API_URL, CREDENTIALS: a gateway that runs already, and a file with a line {"deviceId": ..., "deviceSecret": ...} for each of some devices. PATIENCE: seconds that a stack gets to notice a silent server (75). AT_ONCE: programs at a
# time (8). ROWS: a folder in which each row is kept when it is there, so that a run which was ended goes on where it was.
set -uo pipefail
cd "$(dirname "$0")/matrix"
root=$PWD/../../..
if [ "${1:-}" = install ]; then
  shift
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  packages="python3-websockets python3-aiohttp python3-tornado python3-autobahn python3-websocket python3-trio-websocket python3-ws4py python3-gi gir1.2-soup-3.0
    python3-pyqt5.qtwebsockets python3-pyqt6.qtwebsockets golang-go golang-github-gorilla-websocket-dev golang-nhooyr-websocket-dev golang-golang-x-net-dev
    libmojolicious-perl libanyevent-websocket-client-perl tcl tcllib default-jdk-headless emacs-nox elpa-websocket g++ libwebsockets-dev libwebsocketpp-dev
    libboost-dev libboost-system-dev libasio-dev libpoco-dev curl wget busybox python3-requests python3-httpx libwww-perl ruby php-cli guile-3.0 lua5.4 lua-socket"
  command -v npm >/dev/null || packages+=" nodejs npm"
  fetch() { apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }
  # shellcheck disable=SC2086
  fetch $packages || for one in $packages; do fetch "$one" || echo "cannot be installed: $one" >&2; done
fi
wanted=" $* "
work=$(mktemp -d)
gateway=
trap '[ -z "$gateway" ] || kill "$gateway"; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cp -- * "$work"
cd "$work"
stacks=stacks.tsv

deb() { dpkg-query -W -f '${db:Status-Status} ${Version}' "$1" 2>/dev/null | sed -n 's/^installed //p' | sed 's/^[0-9]*://; s/[-+~].*//'; }
wants() { [ "$wanted" = "  " ] || [[ $wanted == *" $1 "* ]]; }
why="not installed"
line() { (IFS=$'\t'; echo "$*") >>$stacks; }
stack() { # stack NAME VERSION COMMAND...: without a version it is not here, which its row says.
  wants "$1" || return 0
  if [ -z "$2" ]; then line "-$1" "" "$why"; else line "$@"; fi
}
client() { # client NAME VERSION: the same of http.sh.
  wants "$1" || return 0
  if [ -z "$2" ]; then line -http "$1" "" "$why"; else line http "$1" "$2"; fi
}
built() { # built FILE COMMAND...: it makes that file; else $why says why not.
  local file=$1 log=${1//\//-}.log; shift
  why="not installed"
  command -v "$1" >/dev/null && { timeout 400 "$@" >"$log" 2>&1; [ -e "$file" ] || why="does not build: $(grep -m 1 -i error "$log" | tr '\t|' '  ' | cut -c 1-80)"; }
  [ -e "$file" ]
}

if [ -z "${API_URL:-}" ] && command -v dotnet >/dev/null && [ -d "$root/Gateway" ]; then
  if built gateway/Rollcall.Gateway.dll dotnet publish "$root/Gateway" -c Release -v quiet -o "$work/gateway"; then
    export DATA_DIR=$work/data PORT=0 Demo__Devices=0
    dotnet gateway/Rollcall.Gateway.dll seed --devices 8 >/dev/null
    dotnet gateway/Rollcall.Gateway.dll >gateway.log 2>&1 & gateway=$!
    for _ in $(seq 150); do API_URL=$(sed -n 's/^Portal: \(http:.*\)\/#.*/\1/p' gateway.log); [ -z "$API_URL" ] || break; sleep 0.2; done
    API_URL=${API_URL/localhost/127.0.0.1} # What asks for an address can have one.
    CREDENTIALS=$(echo "$work"/data/seeded-*.jsonl)
  fi
fi
export API_URL=${API_URL:-} CREDENTIALS=${CREDENTIALS:-}
[ -n "$API_URL" ] || echo "no gateway: the tables say less" >&2

# What takes long to build, two at a time.
cpp() { ! wants "$2" || built "drive-$1" g++ -w -O0 -std=c++14 "-D$1" drive.cpp -o "drive-$1" "${@:3}" -lpthread; echo "$why" >"$1.why"; }
cpp WEBSOCKETPP websocketpp & one=$!
cpp BEAST Boost.Beast & other=$!
wait $one $other
cpp POCO POCO -lPocoNet -lPocoFoundation

python=/usr/bin/python3 # Debian's own sees Debian's packages.
for one in websockets aiohttp tornado autobahn trio-websocket ws4py; do stack "$one" "$(deb "python3-$one")" $python drive.py "$one"; done
stack websocket-client "$(deb python3-websocket)" $python drive.py websocket-client
stack "Qt 5" "$([ -n "$(deb python3-pyqt5.qtwebsockets)" ] && deb libqt5websockets5)" $python drive.py qt5
stack "Qt 6" "$([ -n "$(deb python3-pyqt6.qtwebsockets)" ] && deb libqt6websockets6)" $python drive.py qt6
stack libsoup "$([ -n "$(deb gir1.2-soup-3.0)" ] && deb libsoup-3.0-0)" $python drive.py libsoup

# Node.js comes from npm as well, so that each version is seen.
case $(uname -m) in aarch64) machine=arm64 ;; *) machine=x64 ;; esac
modules=(ws@8 websocket@1.0.35 faye-websocket@0.11 nodejs-websocket@1 undici6@npm:undici@6 undici7@npm:undici@7)
for one in 20 22 24; do modules+=("node$one@npm:node-linux-$machine@$one"); done
why="not installed: npm is missing"
from_npm() { timeout 300 npm install --no-audit --no-fund --ignore-scripts --loglevel=error "$@" >>npm.log 2>&1; }
command -v npm >/dev/null && { from_npm "${modules[@]}" || for one in "${modules[@]}"; do from_npm "$one"; done; }
command -v npm >/dev/null && why="npm does not install it"
in_npm() { [ ! -e "node_modules/$1/package.json" ] || sed -n 's/^[[:space:]]*"version": *"\([^"]*\)".*/\1/p' "node_modules/$1/package.json" | head -n 1; }
for one in 20 22 24; do
  binary=node_modules/node$one/bin/node
  stack "Node.js $one, built in" "$([ ! -x "$binary" ] || "$binary" -p 'process.versions.node + " (undici " + process.versions.undici + ")"')" \
    "$binary" --experimental-websocket --no-warnings drive.mjs builtin
done
node=$(command -v node || echo node_modules/node22/bin/node)
for one in "undici 6:undici6" "undici 7:undici7" ws:ws "websocket (npm):websocket" faye-websocket:faye-websocket nodejs-websocket:nodejs-websocket; do
  of=${one#*:}; of=${of%-websocket}
  stack "${one%%:*}" "$(in_npm "${one#*:}")" "$node" --no-warnings drive.mjs "$of"
done

built drive-go env GO111MODULE=off GOPATH=/usr/share/gocode go build -o drive-go drive.go
for one in gorilla:golang-github-gorilla-websocket-dev nhooyr:golang-nhooyr-websocket-dev xnet:golang-golang-x-net-dev; do
  stack "${one%%:*}" "$([ -x drive-go ] && deb "${one#*:}")" ./drive-go "${one%%:*}"
done
why="not installed"
stack Mojolicious "$(deb libmojolicious-perl)" perl drive.pl mojo
stack AnyEvent::WebSocket "$(deb libanyevent-websocket-client-perl)" perl drive.pl anyevent
stack "tcllib websocket" "$(command -v tclsh >/dev/null && deb tcllib)" tclsh drive.tcl websocket
built Drive.class javac Drive.java
stack java.net.http "$([ -e Drive.class ] && java -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/\1/p')" java -cp . Drive java
why="not installed"
stack "websocket.el" "$(command -v emacs >/dev/null && deb elpa-websocket)" emacs --batch -l drive.el websocket.el
built dotnet/drive.dll dotnet build drive.cs -v quiet -o dotnet
stack ".NET ClientWebSocket" "$([ -e dotnet/drive.dll ] && dotnet --list-runtimes | sed -n 's/^Microsoft.NETCore.App \([^ ]*\).*/\1/p' | tail -n 1)" dotnet dotnet/drive.dll dotnet
built drive-lws cc -w drive.c -lwebsockets -o drive-lws
stack libwebsockets "$([ -x drive-lws ] && deb libwebsockets-dev)" ./drive-lws libwebsockets
for one in websocketpp:WEBSOCKETPP:libwebsocketpp-dev Boost.Beast:BEAST:libboost1.74-dev POCO:POCO:libpoco-dev; do
  IFS=: read -r name of package <<<"$one"
  why=$(cat "$of.why")
  stack "$name" "$([ -x "drive-$of" ] && deb "$package")" "./drive-$of" "$name"
done
why="it is for the chip, and runs on no PC"
stack "Arduino's WebSockets, esp_websocket_client" ""

why="not installed"
client curl "$(deb curl)"
client wget "$(deb wget)"
client "busybox wget" "$(deb busybox)"
client "urllib (Python)" "$($python -c 'import platform; print(platform.python_version())' 2>/dev/null)"
client "requests (Python)" "$(deb python3-requests)"
client "httpx (Python)" "$(deb python3-httpx)"
client "LWP (Perl)" "$(deb libwww-perl)"
client "HTTP::Tiny (Perl)" "$(perl -MHTTP::Tiny -e 'print HTTP::Tiny->VERSION' 2>/dev/null)"
client "Ruby, Net::HTTP" "$(ruby -e 'print RUBY_VERSION' 2>/dev/null)"
client "PHP, file_get_contents" "$(php -r 'echo PHP_VERSION;' 2>/dev/null)"
client "Tcl, http" "$(echo 'puts [package require http]' | tclsh 2>/dev/null)"
client "guile, (web client)" "$(guile -c '(display (version))' 2>/dev/null)"
client "LuaSocket" "$(command -v lua5.4 >/dev/null && deb lua-socket)"
client "fetch (Node.js)" "$("$node" -p process.versions.node 2>/dev/null)"
built http-go env GO111MODULE=off go build -o http-go http.go
client "Go, net/http" "$([ -x http-go ] && go version | sed 's/.*go\([0-9.]*\).*/\1/')"
why="not installed"
client "java.net.http" "$(java -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/\1/p')"
client "half-closes behind the request (\`nc -N\`)" "-"

timeout "${LONGEST:-900}" python3 run.py <$stacks
