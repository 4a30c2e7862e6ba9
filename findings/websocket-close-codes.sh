#!/usr/bin/env bash
# "Service restart" is a protocol error to one client, and another answers every goodbye with 1000.
#
# What       npm packages: ws 8.23.0 as the server; as clients itself, undici 7.30.2, faye-websocket 0.11.4, websocket 1.0.35
# Seen on    2026-11-28
# The guess  The close codes 1012 (service restart), 1013 (try again later) and 1014 (bad gateway) have been registered for
#            years: every client tells its program the code that was sent, and answers with the same one.
# It is      ws and undici do. faye-websocket takes the three for a violation of the protocol: its program is told 1002,
#            "protocol error", and so is the server. websocket tells its program the right code, but as not clean, and
#            answers 1000 whatever came, 4001 too.
# Here       A gateway that stops says 1001 and not the fitting 1012, and one that is too busy must not say 1013: a device
#            on faye-websocket would report a broken gateway. What a device answers to our close says nothing about
#            whether it understood it.
# Ends with 0 while it is so, with 1 when it has changed, with 2 when it could not be tried.
set -euo pipefail
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
sed -n '2,/^# Ends with 0/s/^# \{0,1\}//p' "$0"
folder=$(mktemp -d) started=()
end() {
  local pid
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; done
  rm -rf "$folder"
}
trap end EXIT
cannot() { echo "Could not be tried: $1" >&2; exit 2; }
npm_install() { (cd "$folder" && echo '{}' >package.json && npm install --no-audit --no-fund --ignore-scripts --cache "$folder/npm" "$@") >"$folder/npm.log" 2>&1 || cannot "npm could not install $*"; }
npm_install ws@8.23.0 undici@7.30.2 faye-websocket@0.11.4 websocket@1.0.35
cat >"$folder/codes.mjs" <<'JS'
import { once } from "node:events";
import faye from "faye-websocket";
import { WebSocket as Undici } from "undici";
import npm from "websocket";
import Ws, { WebSocketServer } from "ws";

const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
await once(server, "listening");
let answered;
server.on("connection", (socket, request) => {
  socket.on("error", () => {});
  socket.on("message", () => socket.close(Number(request.url.slice(1))));
  socket.on("close", (code) => answered(code));
});
for (const [name, Client] of Object.entries({ ws: Ws, undici: Undici, "faye-websocket": faye.Client, websocket: npm.w3cwebsocket })) {
  const codes = [];
  for (const code of [1000, 1001, 1011, 1012, 1013, 1014, 4001]) {
    const answer = new Promise((resolve) => { answered = resolve; });
    const told = await new Promise((resolve) => {
      const client = new Client(`ws://127.0.0.1:${server.address().port}/${code}`);
      client.onopen = () => client.send("close");
      client.onerror = () => {};
      client.onclose = (event) => resolve(`${event.code}${event.wasClean === false ? " not clean" : ""}`);
    });
    const said = `${told}/${await answer}`;
    codes.push(said === `${code}/${code}` ? code : `${code} (${said})`);
  }
  console.log(`${name}: ${codes.join(", ")}`);
}
process.exit();
JS
expected='ws: 1000, 1001, 1011, 1012, 1013, 1014, 4001
undici: 1000, 1001, 1011, 1012, 1013, 1014, 4001
faye-websocket: 1000, 1001, 1011, 1012 (1002/1002), 1013 (1002/1002), 1014 (1002/1002), 4001
websocket: 1000, 1001 (1001 not clean/1000), 1011 (1011 not clean/1000), 1012 (1012 not clean/1000), 1013 (1013 not clean/1000), 1014 (1014 not clean/1000), 4001 (4001 not clean/1000)'
echo "The code that was sent; where they differ, in brackets what the client's program was told / what the client answered."
seen=$(cd "$folder" && timeout 60 node codes.mjs 2>&1) || true

printf '\nSeen now:\n%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf '\nIt has changed. It was:\n%s\n' "$expected"; exit 1; }
echo "It is still so."
