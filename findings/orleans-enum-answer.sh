#!/usr/bin/env bash
# A grain call that answers with an enum carries the enum's C# name on the wire, and cannot be read where that has another one.
#
# What       Microsoft.Orleans.Sdk 10.4.2, the serializer as silos and clients have it
# Seen on    2026-11-29
# The guess  Enums travel as numbers, as they do in records: to rename one, or to move it to another namespace or assembly, changes
#            nothing between two versions that run side by side. Records are what needs an [Alias].
# It is      In a record the enum is a number. As the answer itself (ValueTask<Verdict>) it stands in the name of the answer's type,
#            Response`1[[Home.Verdict,home]], and who calls it otherwise fails to read the answer. With an [Alias] that it had from the
#            beginning it can be renamed; given to it later, the version before cannot read what the new one answers.
# Here       Calls that answer with nothing but a refusal bind its name, its namespace and its assembly to those of the oldest version that
#            may still run. No analyzer says so. An enum that is an answer needs its [Alias] with the first release.
# Ends with 0 while it is so, with 1 when it has changed, with 2 when it could not be tried.
set -euo pipefail
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
sed -n '2,/^# Ends with 0/s/^# \{0,1\}//p' "$0"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cannot() { echo "Could not be tried: $1" >&2; exit 2; }
cat >"$folder/home.csproj" <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.Orleans.Sdk" Version="10.4.2" />
  </ItemGroup>
</Project>
XML
cat >"$folder/Program.cs" <<'CS'
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;

var serializer = new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();
if (args[0] == "write")
{
    File.WriteAllBytes("answer", serializer.SerializeToArray<object>(Response.FromResult(Home.Verdict.Refused)));
    File.WriteAllBytes("record", serializer.SerializeToArray<object>(Response.FromResult(new Home.Reply(Home.Verdict.Refused))));
}
else
{
    Console.WriteLine($"{Read("answer")} {Read("record")}");
}

string Read(string file)
{
    try
    {
        return $"{file}:{(((Response)serializer.Deserialize<object>(File.ReadAllBytes(file))).Result.ToString()!.Contains("Refused") ? "read" : "other")}";
    }
    catch (Exception failed) when (failed is not IOException)
    {
        return $"{file}:{failed.GetType().Name}";
    }
}

namespace Home
{
    public enum Verdict { Granted, Refused }

    [GenerateSerializer, Alias("reply")]
    public sealed record Reply([property: Id(0)] Verdict Verdict);
}
CS
cd "$folder"
run() { dotnet run --project home.csproj -- "$1" 2>run.log || { tail -n 5 run.log >&2; cannot "it does not run"; }; }
rename() { sed -i 's/\bVerdict\b/Finding/g' Program.cs; }
run write
same=$(run read)
rename
renamed=$(run read)
sed -i 's/\bFinding\b/Verdict/g; s/public enum/[GenerateSerializer, Alias("verdict")] public enum/' Program.cs
run write
rename
aliased=$(run read)
sed -i 's/\bFinding\b/Verdict/g; s/\[GenerateSerializer, Alias("verdict")\] public enum/public enum/' Program.cs
later=$(run read)
printf '%-52s %s\n' "Read by the version that wrote it" "$same" "Read where the enum has another name" "$renamed" \
  "Written and read by its alias, under another name" "$aliased" "Written by its alias, read where it has none yet" "$later"
if [ "$same $aliased" = "answer:read record:read answer:read record:read" ] && [[ $renamed == answer:*Exception\ record:read ]] \
  && [[ $later == answer:*Exception\ record:read ]]; then
  echo "It is so."
else
  echo "It has changed."
  exit 1
fi
