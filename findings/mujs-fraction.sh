#!/usr/bin/env bash
# One time in ten of .NET's JSON is no date to a small engine of JavaScript.
#
# What       System.Text.Json of .NET 10.0.12 (package Microsoft.NETCore.App.Runtime.linux-x64), MuJS 1.3.2-1 and
#            Duktape 2.7.0-2 (Debian)
# Seen on    2026-11-28
# The guess  System.Text.Json writes a DateTimeOffset by ISO 8601, and Date.parse of ECMAScript 5 reads that; at worst the
#            digits beyond milliseconds are dropped.
# It is      System.Text.Json drops the zeros at the end of the fraction, so a time kept in milliseconds has two digits or
#            one in 99 of 1,000 cases. Duktape reads any number of digits. MuJS reads three or none and says NaN to others,
#            without an error. A test with a "round" second or with .123 never shows it.
# Here       Devices run such engines. Times on the wire must have three digits always, by a converter; a member that
#            slips past it fails on one beat in ten, or on all with the clock's own seven digits.
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
debian() { # Unpacks packages of Debian, each NAME=VERSION, into the folder; installs nothing.
  (cd "$folder" && apt-get -qq -o APT::Sandbox::User=root download "$@" && for package in *.deb; do dpkg -x "$package" debian; done) >"$folder/apt.log" 2>&1 \
    || cannot "$* is not to be had ($(tail -n 1 "$folder/apt.log")); apt-get update may help"
}
build() {
  (cd "$1" && NUGET_PACKAGES="$folder/packages" dotnet build -o out -v quiet -nodeReuse:false -p:UseSharedCompilation=false) >"$folder/build.log" 2>&1 \
    || { tail -n 20 "$folder/build.log" >&2; cannot "the program did not build"; }
}
debian mujs=1.3.2-1 libmujs2=1.3.2-1 duktape=2.7.0-2 libduktape207=2.7.0-2
libraries=$(find "$folder/debian" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
mkdir "$folder/writer"
cat >"$folder/writer/writer.csproj" <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
    <SelfContained>true</SelfContained>
    <RuntimeFrameworkVersion>10.0.12</RuntimeFrameworkVersion>
    <InvariantGlobalization>true</InvariantGlobalization>
  </PropertyGroup>
</Project>
XML
cat >"$folder/writer/Program.cs" <<'CS'
using System.Text.Json;

var noon = new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);
foreach (var after in new[] { 0, 0.123, 0.12, 0.1, 0.1234567 })
{
    Console.WriteLine(JsonSerializer.Serialize(noon.AddTicks((long)Math.Round(after * TimeSpan.TicksPerSecond))));
}

// A thousand times, a millisecond apart.
File.WriteAllLines(args[0], Enumerable.Range(0, 1000).Select(ms => JsonSerializer.Serialize(noon.AddMilliseconds(ms))));
CS
build "$folder/writer"
times=$("$folder/writer/out/writer" "$folder/thousand") || cannot "the writer failed"
{
  echo "var times = [${times//$'\n'/,}], thousand = [$(paste -sd, "$folder/thousand")], unread = 0, i;"
  echo 'for (i = 0; i < times.length; i++) print(times[i] + " " + Date.parse(times[i]));'
  echo 'for (i = 0; i < thousand.length; i++) if (isNaN(Date.parse(thousand[i]))) unread++;'
  echo 'print("not read of a thousand: " + unread);'
} >"$folder/read.js"
expected='MuJS
2026-11-28T12:00:00+00:00 1795867200000
2026-11-28T12:00:00.123+00:00 1795867200123
2026-11-28T12:00:00.12+00:00 NaN
2026-11-28T12:00:00.1+00:00 NaN
2026-11-28T12:00:00.1234567+00:00 NaN
not read of a thousand: 99
Duktape
2026-11-28T12:00:00+00:00 1795867200000
2026-11-28T12:00:00.123+00:00 1795867200123
2026-11-28T12:00:00.12+00:00 1795867200120
2026-11-28T12:00:00.1+00:00 1795867200100
2026-11-28T12:00:00.1234567+00:00 1795867200123
not read of a thousand: 0'
seen=$(echo MuJS; LD_LIBRARY_PATH=$libraries timeout 20 "$folder/debian/usr/bin/mujs" "$folder/read.js" 2>&1
  echo Duktape; LD_LIBRARY_PATH=$libraries timeout 20 "$folder/debian/usr/bin/duk" "$folder/read.js" 2>&1) || true

printf '\nSeen now:\n%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf '\nIt has changed. It was:\n%s\n' "$expected"; exit 1; }
echo "It is still so."
