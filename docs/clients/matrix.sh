#!/usr/bin/env bash
# Prints the table of docs/clients.md for what this machine has: every stack against matrix/run.py, a server that misbehaves on purpose. About five minutes.
#
#   docs/clients/matrix.sh [install] [NAME...]
#
# `install` brings what is missing from Debian (as root); packages of npm go into a temporary folder. A stack that is not there is "not run here".
# PATIENCE: seconds that a stack gets to notice a silent server (75). AT_ONCE: stacks at a time (8).
set -uo pipefail
cd "$(dirname "$0")/matrix"
if [ "${1:-}" = install ]; then
  shift
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends python3-{websockets,aiohttp,tornado,autobahn,websocket,trio-websocket,ws4py,gi} gir1.2-soup-3.0 \
    python3-pyqt5.qtwebsockets python3-pyqt6.qtwebsockets golang-go golang-github-gorilla-websocket-dev golang-nhooyr-websocket-dev golang-golang-x-net-dev \
    libmojolicious-perl libanyevent-websocket-client-perl tcl tcllib default-jdk-headless emacs-nox elpa-websocket g++ libwebsockets-dev libwebsocketpp-dev \
    libboost-dev libboost-system-dev libasio-dev libpoco-dev $(command -v npm >/dev/null || echo nodejs npm) >/dev/null
fi
wanted=" $* "
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -- * "$work"
cd "$work"
stacks=stacks.tsv

deb() { dpkg-query -W -f '${Version}' "$1" 2>/dev/null | sed 's/^[0-9]*://; s/[-+~].*//'; }
stack() { # stack NAME VERSION COMMAND...: without a version it is not here.
  [ "$wanted" = "  " ] || [[ $wanted == *" $1 "* ]] || return 0
  local name=$1 version=$2; shift 2
  if [ -z "$version" ]; then printf '%s\t-\n' "$name" >>$stacks; return; fi
  { printf '%s\t%s' "$name" "$version"; printf '\t%s' "$@"; echo; } >>$stacks
}
built() { "$@" >build.log 2>&1 || { tail -n 3 build.log >&2; return 1; }; }

python=/usr/bin/python3 # Debian's own sees Debian's packages.
for one in websockets aiohttp tornado autobahn trio-websocket ws4py; do stack "$one" "$(deb "python3-$one")" $python drive.py "$one"; done
stack websocket-client "$(deb python3-websocket)" $python drive.py websocket-client
stack "Qt 5" "$(deb python3-pyqt5.qtwebsockets | xargs -r -I_ dpkg-query -W -f '${Version}' libqt5websockets5 | sed 's/[-+].*//')" $python drive.py qt5
stack "Qt 6" "$(deb libqt6websockets6)" $python drive.py qt6
stack libsoup "$([ -n "$(deb gir1.2-soup-3.0)" ] && deb libsoup-3.0-0)" $python drive.py libsoup

if command -v npm >/dev/null && npm install --no-audit --no-fund --ignore-scripts --loglevel=error \
  ws@8 websocket@1.0.35 faye-websocket@0.11 nodejs-websocket@1 undici6@npm:undici@6 undici7@npm:undici@7 >/dev/null; then
  in_npm() { node -p "require('./node_modules/$1/package.json').version"; }
  stack "Node.js, built in" "$(node -p 'process.versions.node + " (undici " + process.versions.undici + ")"')" node --experimental-websocket --no-warnings drive.mjs builtin
  stack "undici 6" "$(in_npm undici6)" node --no-warnings drive.mjs undici6
  stack "undici 7" "$(in_npm undici7)" node --no-warnings drive.mjs undici7
  stack ws "$(in_npm ws)" node drive.mjs ws
  stack "websocket (npm)" "$(in_npm websocket)" node drive.mjs websocket
  stack faye-websocket "$(in_npm faye-websocket)" node drive.mjs faye
  stack nodejs-websocket "$(in_npm nodejs-websocket)" node drive.mjs nodejs
fi

built env GO111MODULE=off GOPATH=/usr/share/gocode go build -o drive-go drive.go
for one in gorilla:golang-github-gorilla-websocket-dev nhooyr:golang-nhooyr-websocket-dev xnet:golang-golang-x-net-dev; do
  stack "${one%%:*}" "$([ -x drive-go ] && deb "${one#*:}")" ./drive-go "${one%%:*}"
done
stack Mojolicious "$(deb libmojolicious-perl)" perl drive.pl mojo
stack AnyEvent::WebSocket "$(deb libanyevent-websocket-client-perl)" perl drive.pl anyevent
stack "tcllib websocket" "$(command -v tclsh >/dev/null && deb tcllib)" tclsh drive.tcl websocket
built javac Drive.java
stack java.net.http "$([ -e Drive.class ] && java -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/\1/p')" java -cp . Drive java
stack "websocket.el" "$(command -v emacs >/dev/null && deb elpa-websocket)" emacs --batch -l drive.el websocket.el
built dotnet build drive.cs -v quiet -o dotnet
stack ".NET ClientWebSocket" "$([ -e dotnet/drive.dll ] && dotnet --list-runtimes | sed -n 's/^Microsoft.NETCore.App \([^ ]*\).*/\1/p' | tail -n 1)" dotnet dotnet/drive.dll dotnet
built cc -w drive.c -lwebsockets -o drive-lws
stack libwebsockets "$([ -x drive-lws ] && deb libwebsockets-dev)" ./drive-lws libwebsockets
cpp() { [ "$wanted" != "  " ] && [[ $wanted != *" $2 "* ]] || built g++ -w -O0 -std=c++14 "-D$1" drive.cpp -o "drive-$1" "${@:3}" -lpthread; }
cpp WEBSOCKETPP websocketpp
stack websocketpp "$([ -x drive-WEBSOCKETPP ] && deb libwebsocketpp-dev)" ./drive-WEBSOCKETPP websocketpp
cpp BEAST Boost.Beast
stack Boost.Beast "$([ -x drive-BEAST ] && deb libboost1.74-dev)" ./drive-BEAST beast
cpp POCO POCO -lPocoNet -lPocoFoundation
stack POCO "$([ -x drive-POCO ] && deb libpoco-dev)" ./drive-POCO poco

echo "| stack | version | header token | subprotocol | a refused handshake (401) | a cut line | who notices a silent server | pong while it sleeps | reconnects by itself |"
echo "|---|---|---|---|---|---|---|---|---|"
python3 run.py <$stacks
