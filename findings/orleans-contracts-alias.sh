#!/usr/bin/env bash
# The contract manifest of Orleans' analyzer names a grain interface by its C# name, where the wire has its alias.
#
# What       Microsoft.Orleans.Sdk and .Server 10.4.2, EnableOrleansContractsAnalyzer
# Seen on    2026-11-29
# The guess  OrleansContracts.txt says of itself that its identities are those which Orleans uses at runtime. So an interface with
#            [Alias("lamp")] stands in it as "lamp", as a method with [Alias("switch")] stands in it as "switch".
# It is      The methods stand by their alias, the interface by its C# name. A silo that is asked says the alias. So the manifest
#            reports a break when an interface with an alias is renamed, which no silo notices; and shows no difference when the alias
#            itself is changed, which every silo of the former version notices.
# Here       The manifest guards the wire between two versions. Whoever trusts its interface lines refuses safe renames and lets an
#            unsafe change of an alias pass: what guards aliases has to be a test of one's own.
# Ends with 0 while it is so, with 1 when it has changed, with 2 when it could not be tried.
set -euo pipefail
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
sed -n '2,/^# Ends with 0/s/^# \{0,1\}//p' "$0"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cannot() { echo "Could not be tried: $1" >&2; exit 2; }
cat >"$folder/contract.csproj" <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <EnableOrleansContractsAnalyzer>true</EnableOrleansContractsAnalyzer>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.Orleans.Server" Version="10.4.2" />
    <AdditionalFiles Include="OrleansContracts.txt" />
  </ItemGroup>
</Project>
XML
cat >"$folder/Program.cs" <<'CS'
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Metadata;

var builder = Host.CreateApplicationBuilder();
builder.Logging.ClearProviders();
builder.UseOrleans(silo => silo.UseLocalhostClustering(int.Parse(args[0]), int.Parse(args[1])));
using var host = builder.Build();
await host.StartAsync();
Console.WriteLine($"silo: {host.Services.GetRequiredService<GrainInterfaceTypeResolver>().GetGrainInterfaceType(typeof(Home.ILamp))}");
await host.StopAsync();

namespace Home
{
    [Alias("lamp")]
    public interface ILamp : IGrainWithStringKey
    {
        [Alias("switch")]
        ValueTask Switch(bool on);
    }

    public sealed class Lamp : Grain, ILamp
    {
        public ValueTask Switch(bool on) => ValueTask.CompletedTask;
    }
}
CS
: >"$folder/OrleansContracts.txt"
cd "$folder"
dotnet format contract.csproj analyzers --severity info --diagnostics ORLEANS0016 ORLEANS0017 ORLEANS0018 ORLEANS0019 ORLEANS0020 ORLEANS0022 \
  ORLEANS0023 ORLEANS0024 >format.log 2>&1 || { cat format.log >&2; cannot "the manifest cannot be made"; }
manifest() { dotnet build contract.csproj -warnaserror 2>&1 | grep -oE 'ORLEANS00[0-9]+' | sort -u | tr '\n' ' '; }
silo() {
  dotnet run --project contract.csproj -- \
    $(python3 -c 'import socket; s = [socket.socket() for _ in range(2)]; [x.bind(("127.0.0.1", 0)) for x in s]; print(*[x.getsockname()[1] for x in s])') \
    >run.log 2>&1 || { tail -n 5 run.log >&2; cannot "the silo did not start"; }
  sed -n 's/^silo: //p' run.log
}
echo "The manifest says:"
grep -A1 '^interface' OrleansContracts.txt || cannot "the manifest has no interface"
same=$(manifest) said=$(silo)
sed -i 's/ILamp/IBulb/g' Program.cs
renamed=$(manifest) still=$(silo)
sed -i 's/IBulb/ILamp/g; s/Alias("lamp")/Alias("lantern")/' Program.cs
aliased=$(manifest) other=$(silo)
printf '%-28s manifest: %-28s silo: %s\n' "As it was written" "${same:-no difference}" "$said" "Interface renamed" "${renamed:-no difference}" "$still" \
  "Alias changed" "${aliased:-no difference}" "$other"
if grep -q '^interface \[GrainInterfaceType("Home.ILamp")\]' OrleansContracts.txt && grep -q 'switch: Switch' OrleansContracts.txt \
  && [ -z "$same" ] && [ "$said" = lamp ] && [ -n "$renamed" ] && [ "$still" = lamp ] && [ -z "$aliased" ] && [ "$other" = lantern ]; then
  echo "It is so."
else
  echo "It has changed."
  exit 1
fi
