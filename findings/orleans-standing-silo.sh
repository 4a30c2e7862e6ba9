#!/usr/bin/env bash
# A silo of Orleans that stands still lives four times as long as its probes say.
#
# What       Microsoft.Orleans.Server 10.4.2, two silos in two processes
# Seen on    2026-11-28
# The guess  ProbeTimeout 1.5 s and NumMissedProbesLimit 2: a silo that says nothing more is declared dead after about 3 s,
#            whether its process was killed or stands still.
# It is      Killed, yes. Standing still (SIGSTOP, its connections open), after about 12 s: a vote is withheld while anything
#            was heard within MaxProbeTimeout x NumMissedProbesLimit, and MaxProbeTimeout, which nobody set, is four times
#            ProbeTimeout. With MaxProbeTimeout = ProbeTimeout it is 2.5 to 4.6 s.
# Here       While a silo stands still, all of its devices' beats time out. Whoever turns the two options that have always
#            been turned gets a quarter of what he asked for; the window must be set by all three.
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
listens() { for _ in $(seq 100); do (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return; sleep 0.2; done; cannot "nothing listens on port $1"; }
build() {
  (cd "$1" && NUGET_PACKAGES="$folder/packages" dotnet build -o out -v quiet -nodeReuse:false -p:UseSharedCompilation=false) >"$folder/build.log" 2>&1 \
    || { tail -n 20 "$folder/build.log" >&2; cannot "the program did not build"; }
}
trap 'kill -KILL "${started[@]}" 2>/dev/null || true; end' EXIT # A process that stands still hears nothing else.
cat >"$folder/silo.csproj" <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.Orleans.Server" Version="10.4.2" />
  </ItemGroup>
</Project>
XML
cat >"$folder/Program.cs" <<'CS'
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Runtime;

// The silo at the second port keeps the membership; it writes down when the other joined and when it was declared dead.
var (own, keeper, bounded, journal) = (int.Parse(args[0]), int.Parse(args[1]), args[2] == "bounded", args[3]);
var builder = Host.CreateApplicationBuilder();
builder.Logging.ClearProviders();
builder.UseOrleans(silo => silo
    .UseDevelopmentClustering(new IPEndPoint(IPAddress.Loopback, keeper))
    .ConfigureEndpoints(IPAddress.Loopback, own, gatewayPort: 0)
    .Configure<ClusterMembershipOptions>(options =>
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(1.5);
        options.NumMissedProbesLimit = 2;
        if (bounded)
        {
            options.MaxProbeTimeout = options.ProbeTimeout;
        }
    }));
using var host = builder.Build();
await host.StartAsync();
if (own == keeper)
{
    var oracle = host.Services.GetRequiredService<ISiloStatusOracle>();
    await WaitAsync(SiloStatus.Active);
    await WaitAsync(SiloStatus.Dead);

    async Task WaitAsync(SiloStatus status)
    {
        while (!oracle.GetApproximateSiloStatuses().Any(silo => silo.Key.Endpoint.Port != keeper && silo.Value == status))
        {
            await Task.Delay(20);
        }

        File.AppendAllText(journal, $"{status} {DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}\n");
    }
}

await Task.Delay(Timeout.Infinite);
CS
build "$folder"

# cluster NAME MODE SIGNAL: starts two silos; when both have watched each other for a while, the second gets the signal.
cluster() {
  local journal=$folder/$1 keeper other
  keeper=$(free_port) other=$(free_port)
  dotnet "$folder/out/silo.dll" "$keeper" "$keeper" "$2" "$journal" >"$journal.keeper" 2>&1 &
  started+=("$!")
  listens "$keeper"
  dotnet "$folder/out/silo.dll" "$other" "$keeper" "$2" "$journal" >"$journal.other" 2>&1 &
  started+=("$!")
  others+=("$1 $3 $!")
}
others=()
cluster default default STOP
cluster bounded bounded STOP
cluster killed default KILL
wait_for() { for _ in $(seq 300); do grep -q "$1" "$2" 2>/dev/null && return; sleep 0.2; done; cannot "nothing about \"$1\" in a minute"; }
for one in default bounded killed; do wait_for Active "$folder/$one"; done
sleep 8
for entry in "${others[@]}"; do
  read -r name signal pid <<<"$entry"
  echo "Signal $(date +%s%3N)" >>"$folder/$name"
  kill "-$signal" "$pid"
done
for one in default bounded killed; do wait_for Dead "$folder/$one"; done
after() { awk '$1 == "Signal" { from = $2 } $1 == "Dead" { printf "%.1f", ($2 - from) / 1000 }' "$folder/$1"; }
class() { awk -v seconds="$(after "$1")" 'BEGIN { print (seconds > 9 ? "later" : "sooner") " than 9 s" }'; }
echo "declared dead after: standing $(after default) s, standing with MaxProbeTimeout = ProbeTimeout $(after bounded) s, killed $(after killed) s"
expected='standing: later than 9 s
standing, MaxProbeTimeout = ProbeTimeout: sooner than 9 s
killed: sooner than 9 s'
seen="standing: $(class default)
standing, MaxProbeTimeout = ProbeTimeout: $(class bounded)
killed: $(class killed)"

printf '\nSeen now:\n%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf '\nIt has changed. It was:\n%s\n' "$expected"; exit 1; }
echo "It is still so."
