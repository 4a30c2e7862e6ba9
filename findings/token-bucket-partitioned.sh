#!/usr/bin/env bash
# The same token bucket refills at once when it is alone, and drop by drop when it is partitioned.
#
# What       System.Threading.RateLimiting 10.0.12
# Seen on    2026-11-28
# The guess  10 tokens each 4 s mean the same to a TokenBucketRateLimiter and to a partition of a PartitionedRateLimiter
#            that was given the very same options: an emptied bucket stays empty for 4 s, then has 10.
# It is      Alone it does. In a partition it refills a tenth each 400 ms, as the partitioned limiter turns the options'
#            automatic refill off and asks for one every 100 ms itself, which refills by the time that has passed.
#            RetryAfter knows nothing of it: a refused caller is told 4 s and could have come after 0.4.
# Here       Limits per device, customer and address are partitions: "a burst of 10, then wait" is not what one gets,
#            a test with a lone limiter proves the wrong thing, and a Retry-After taken from the lease is ten times too
#            long: devices that heed it use a tenth of what they may.
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
build() {
  (cd "$1" && NUGET_PACKAGES="$folder/packages" dotnet build -o out -v quiet -nodeReuse:false -p:UseSharedCompilation=false) >"$folder/build.log" 2>&1 \
    || { tail -n 20 "$folder/build.log" >&2; cannot "the program did not build"; }
}
cat >"$folder/bucket.csproj" <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="System.Threading.RateLimiting" Version="10.0.12" />
  </ItemGroup>
</Project>
XML
cat >"$folder/Program.cs" <<'CS'
using System.Threading.RateLimiting;

var options = new TokenBucketRateLimiterOptions
{
    TokenLimit = 10,
    TokensPerPeriod = 10,
    ReplenishmentPeriod = TimeSpan.FromSeconds(4),
    AutoReplenishment = true,
};
using var alone = new TokenBucketRateLimiter(options);
using var partitioned = PartitionedRateLimiter.Create<string, string>(device => RateLimitPartition.GetTokenBucketLimiter(device, _ => options));
Console.WriteLine($"at first: alone {Take(() => alone.AttemptAcquire())}, partitioned {Take(() => partitioned.AttemptAcquire("a"))}");
using (var refused = partitioned.AttemptAcquire("a"))
{
    refused.TryGetMetadata(MetadataName.RetryAfter, out var told);
    Console.WriteLine($"partitioned, refused: told to come back in {told.TotalSeconds} s");
}

await Task.Delay(TimeSpan.FromSeconds(2));
var (none, some) = (Take(() => alone.AttemptAcquire()), Take(() => partitioned.AttemptAcquire("a")));
Console.WriteLine($"half a period later: alone {none}, partitioned {(some is >= 3 and <= 7 ? "about half" : some)}");

static int Take(Func<RateLimitLease> attempt)
{
    var count = 0;
    while (attempt().IsAcquired)
    {
        count++;
    }

    return count;
}
CS
build "$folder"
expected='at first: alone 10, partitioned 10
partitioned, refused: told to come back in 4 s
half a period later: alone 0, partitioned about half'
seen=$(timeout 60 dotnet "$folder/out/bucket.dll" 2>&1) || true

printf '\nSeen now:\n%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf '\nIt has changed. It was:\n%s\n' "$expected"; exit 1; }
echo "It is still so."
