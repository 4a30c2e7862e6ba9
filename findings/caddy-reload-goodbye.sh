#!/usr/bin/env bash
# When Caddy reloads, the device hears a goodbye and the backend sees a cut.
#
# What       Caddy 2.6.2-5 (Debian 12) before ASP.NET Core 10.0.12, a client of the npm package ws 8.23.0
# Seen on    2026-11-28
# The guess  "caddy reload" that adds another site leaves an open WebSocket of an unchanged site alone. If it must end it,
#            both sides are told the same.
# It is      Every WebSocket ends. The client gets a close frame, 1001. The frame to the backend lacks the mask that a
#            client's frames must have; ASP.NET waits for the rest of it, finds the connection closed and throws
#            ConnectionClosedPrematurely: a cable that was pulled. (Caddy's pull request 5199 masks it.)
# Here       Any change of Caddy's configuration cuts a whole fleet in one moment; devices come back by themselves, but the
#            gateway cannot tell this goodbye from a fault, so neither may be logged or counted as an error, and presence
#            must outlast the time that a fleet takes to come back.
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
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
debian() { # Unpacks packages of Debian, each NAME=VERSION, into the folder; installs nothing.
  (cd "$folder" && apt-get -qq -o APT::Sandbox::User=root download "$@" && for package in *.deb; do dpkg -x "$package" debian; done) >"$folder/apt.log" 2>&1 \
    || cannot "$* is not to be had ($(tail -n 1 "$folder/apt.log")); apt-get update may help"
}
npm_install() { (cd "$folder" && echo '{}' >package.json && npm install --no-audit --no-fund --ignore-scripts --cache "$folder/npm" "$@") >"$folder/npm.log" 2>&1 || cannot "npm could not install $*"; }
listens() { for _ in $(seq 100); do (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return; sleep 0.2; done; cannot "nothing listens on port $1"; }
build() {
  (cd "$1" && NUGET_PACKAGES="$folder/packages" dotnet build -o out -v quiet -nodeReuse:false -p:UseSharedCompilation=false) >"$folder/build.log" 2>&1 \
    || { tail -n 20 "$folder/build.log" >&2; cannot "the program did not build"; }
}
debian caddy=2.6.2-5
npm_install ws@8.23.0
mkdir "$folder/backend"
cat >"$folder/backend/backend.csproj" <<'XML'
<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
    <SelfContained>true</SelfContained>
    <RuntimeFrameworkVersion>10.0.12</RuntimeFrameworkVersion>
    <InvariantGlobalization>true</InvariantGlobalization>
  </PropertyGroup>
</Project>
XML
cat >"$folder/backend/Program.cs" <<'CS'
using System.Net.WebSockets;

var builder = WebApplication.CreateSlimBuilder();
builder.WebHost.UseUrls($"http://127.0.0.1:{args[0]}");
builder.Logging.ClearProviders();
await using var app = builder.Build();
app.UseWebSockets();
app.Map("/", async (HttpContext context) =>
{
    using var socket = await context.WebSockets.AcceptWebSocketAsync();
    try
    {
        WebSocketReceiveResult received;
        do
        {
            received = await socket.ReceiveAsync(new byte[100], CancellationToken.None);
        }
        while (received.MessageType != WebSocketMessageType.Close);
        Say($"closed with {(int?)received.CloseStatus}");
        await socket.CloseAsync(received.CloseStatus!.Value, null, CancellationToken.None);
    }
    catch (WebSocketException e)
    {
        Say($"{e.WebSocketErrorCode}");
    }

    void Say(string end) => File.AppendAllText(args[1], $"backend, {context.Request.Query["by"]}: {end}\n");
});
app.Run();
CS
build "$folder/backend"
cat >"$folder/client.mjs" <<'JS'
import { execFileSync } from "node:child_process";
import WebSocket from "ws";

const [port, by, ...reload] = process.argv.slice(2);
const socket = new WebSocket(`ws://127.0.0.1:${port}/?by=${by}`);
socket.on("error", (error) => console.log(`client, ${by}: ${error.message}`));
socket.on("close", (code) => console.log(`client, ${by}: closed with ${code}`));
socket.on("open", () => setTimeout(() => {
  if (reload.length) execFileSync(reload[0], reload.slice(1), { stdio: "ignore" });
  else socket.close(1001);
}, 500));
setTimeout(() => process.exit(), 5000);
JS
backend=$(free_port) site=$(free_port) admin=$(free_port) another=$(free_port)
configuration() {
  printf '{\n admin 127.0.0.1:%s\n auto_https off\n}\nhttp://127.0.0.1:%s {\n bind 127.0.0.1\n reverse_proxy 127.0.0.1:%s\n}\n' "$admin" "$site" "$backend"
}
configuration >"$folder/before.conf"
{ configuration; printf 'http://127.0.0.1:%s {\n bind 127.0.0.1\n respond hello\n}\n' "$another"; } >"$folder/after.conf"
export XDG_DATA_HOME=$folder XDG_CONFIG_HOME=$folder
caddy=$folder/debian/usr/bin/caddy
"$folder/backend/out/backend" "$backend" "$folder/seen" >"$folder/backend.log" 2>&1 &
started+=("$!")
"$caddy" run --adapter caddyfile --config "$folder/before.conf" >"$folder/caddy.log" 2>&1 &
started+=("$!")
listens "$backend"
listens "$site"
expected='client, the client itself: closed with 1001
client, a reload: closed with 1001
backend, the client itself: closed with 1001
backend, a reload: ConnectionClosedPrematurely'
seen=$(cd "$folder"
  timeout 30 node client.mjs "$site" "the client itself" 2>&1
  timeout 30 node client.mjs "$site" "a reload" "$caddy" reload --address "127.0.0.1:$admin" --adapter caddyfile --config "$folder/after.conf" 2>&1
  cat seen) || true

printf '\nSeen now:\n%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf '\nIt has changed. It was:\n%s\n' "$expected"; exit 1; }
echo "It is still so."
