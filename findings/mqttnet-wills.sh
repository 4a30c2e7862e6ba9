#!/usr/bin/env bash
# Three wills of MQTT 5 that one broker publishes and the other does not.
#
# What       MQTTnet.Server 5.2.0.1603 and Mosquitto 2.0.11-1.2+deb12u2, asked by the npm package mqtt 5.16.0
# Seen on    2026-11-28
# The guess  Who is present can be told by wills, and that is the standard's matter, not the broker's: DISCONNECT 0x04
#            publishes the will, so does a second connection under the same client id (delay 0), and a will with a delay
#            waits, and is forgotten when its client is back in time.
# It is      Mosquitto does all of it. MQTTnet publishes a will at a plain cut and else does the opposite each time: none
#            at 0x04, none when a second connection takes over, and the delay is not waited for: "offline" goes out at
#            once, also for a device that is back half a second later. (0x04 is dotnet/MQTTnet issue 2256.)
# Here       Whoever puts an MQTT broker before Rollcall must not let its wills decide who is there. With this one a device
#            that roams shows as gone each time, and a device that asks to be told gone is not; silence must decide, as it
#            does for HTTP, and goodbyes must be messages of their own.
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
debian mosquitto=2.0.11-1.2+deb12u2 libwrap0=7.6.q-32 libdlt2=2.18.8-6
libraries=$(find "$folder/debian" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
! LD_LIBRARY_PATH=$libraries ldd "$folder/debian/usr/sbin/mosquitto" | grep "not found" >&2 || cannot "libraries are missing that Mosquitto needs"
npm_install mqtt@5.16.0
mkdir "$folder/broker"
cat >"$folder/broker/broker.csproj" <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="MQTTnet.Server" Version="5.2.0.1603" />
  </ItemGroup>
</Project>
XML
cat >"$folder/broker/Program.cs" <<'CS'
using System.Net;
using MQTTnet.Server;

var options = new MqttServerOptionsBuilder()
    .WithDefaultEndpoint()
    .WithDefaultEndpointBoundIPAddress(IPAddress.Loopback)
    .WithDefaultEndpointPort(int.Parse(args[0]))
    .WithPersistentSessions()
    .Build();
using var server = new MqttServerFactory().CreateMqttServer(options);
await server.StartAsync();
await Task.Delay(Timeout.Infinite);
CS
build "$folder/broker"
cat >"$folder/wills.mjs" <<'JS'
import mqtt from "mqtt";

const [name, port] = process.argv.slice(2);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const open = (clientId, options = {}) =>
  mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { clientId, protocolVersion: 5, reconnectPeriod: 0, ...options });
const will = (topic, delay = 0) => ({
  will: { topic, payload: "offline", qos: 1, properties: delay ? { willDelayInterval: delay } : {} },
  properties: { sessionExpiryInterval: delay ? 60 : 0 },
});

const heard = [];
const watcher = await open("watcher");
watcher.on("message", (topic) => heard.push(topic));
await watcher.subscribeAsync("#");
const say = (what, topic) => console.log(`${name}: ${what}: ${heard.includes(topic) ? "will published" : "no will"}`);

const cut = await open("a", will("cut"));
cut.stream.destroy();
await pause(1000);
say("cut", "cut");

await (await open("b", will("plain"))).endAsync();
await pause(1000);
say("DISCONNECT 0x00", "plain");

await (await open("c", will("with will"))).endAsync(false, { reasonCode: 4 });
await pause(1000);
say("DISCONNECT 0x04", "with will");

await open("d", will("taken over"));
await open("d");
await pause(1000);
say("taken over by a second connection", "taken over");

const roaming = await open("e", will("roaming", 3));
roaming.stream.destroy();
await pause(500);
const back = await open("e", { clean: false, properties: { sessionExpiryInterval: 60 } });
await pause(4500);
say("cut with a delay of 3 s, back after 0.5 s", "roaming");
await back.endAsync();
process.exit();
JS
one=$(free_port) other=$(free_port)
dotnet "$folder/broker/out/broker.dll" "$one" >"$folder/one.log" 2>&1 &
started+=("$!")
printf 'listener %s 127.0.0.1\nallow_anonymous true\nuser %s\n' "$other" "$(id -un)" >"$folder/mosquitto.conf"
LD_LIBRARY_PATH=$libraries "$folder/debian/usr/sbin/mosquitto" -c "$folder/mosquitto.conf" >"$folder/other.log" 2>&1 &
started+=("$!")
listens "$one"
listens "$other"
expected='MQTTnet: cut: will published
MQTTnet: DISCONNECT 0x00: no will
MQTTnet: DISCONNECT 0x04: no will
MQTTnet: taken over by a second connection: no will
MQTTnet: cut with a delay of 3 s, back after 0.5 s: will published
Mosquitto: cut: will published
Mosquitto: DISCONNECT 0x00: no will
Mosquitto: DISCONNECT 0x04: will published
Mosquitto: taken over by a second connection: will published
Mosquitto: cut with a delay of 3 s, back after 0.5 s: no will'
seen=$(cd "$folder" && timeout 60 node wills.mjs MQTTnet "$one" 2>&1; timeout 60 node wills.mjs Mosquitto "$other" 2>&1) || true

printf '\nSeen now:\n%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf '\nIt has changed. It was:\n%s\n' "$expected"; exit 1; }
echo "It is still so."
