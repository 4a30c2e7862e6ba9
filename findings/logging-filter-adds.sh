#!/usr/bin/env bash
# A log filter that only takes away lets more through.
#
# What       Microsoft.Extensions.Logging 10.0.14
# Seen on    2026-11-28
# The guess  SetMinimumLevel(Information) and then AddFilter((category, level) => category != "Noise"): what was logged
#            before, less the category Noise.
# It is      Everything of every other category from Trace on. A function given without a level is a rule whose level is
#            null; it matches all categories, and the minimum level counts only where no rule matches. So one filter
#            that refuses a single category switches the minimum off for all the rest.
# Here       Silencing one noisy category of Orleans this way would have filled a gateway's log with Debug and Trace lines,
#            each of them formatted on a thread that serves. A function must ask for the level itself, or the filter be
#            given by category and level.
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
cat >"$folder/filter.csproj" <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.Extensions.Logging" Version="10.0.14" />
  </ItemGroup>
</Project>
XML
cat >"$folder/Program.cs" <<'CS'
using Microsoft.Extensions.Logging;

Console.WriteLine($"no filter: {Logged(_ => { })}");
Console.WriteLine($"by function: {Logged(logging => logging.AddFilter((category, _) => category != "Noise"))}");
Console.WriteLine($"by category and level: {Logged(logging => logging.AddFilter("Noise", LogLevel.None))}");

static string Logged(Action<ILoggingBuilder> filter)
{
    var lines = new Lines();
    using (var factory = LoggerFactory.Create(logging => filter(logging.SetMinimumLevel(LogLevel.Information).AddProvider(lines))))
    {
        foreach (var category in new[] { "App", "Noise" })
        {
            foreach (var level in new[] { LogLevel.Trace, LogLevel.Debug, LogLevel.Information, LogLevel.Error })
            {
                factory.CreateLogger(category).Log(level, "a line");
            }
        }
    }

    return string.Join(" ", lines.Of);
}

internal sealed class Lines : ILoggerProvider
{
    public List<string> Of { get; } = [];

    public ILogger CreateLogger(string category) => new Line(category, Of);

    public void Dispose()
    {
    }

    private sealed class Line(string category, List<string> lines) : ILogger
    {
        public IDisposable? BeginScope<T>(T state) where T : notnull => null;

        public bool IsEnabled(LogLevel level) => true;

        public void Log<T>(LogLevel level, EventId id, T state, Exception? exception, Func<T, Exception?, string> format) => lines.Add($"{category}.{level}");
    }
}
CS
build "$folder"
expected='no filter: App.Information App.Error Noise.Information Noise.Error
by function: App.Trace App.Debug App.Information App.Error
by category and level: App.Information App.Error'
seen=$(timeout 60 dotnet "$folder/out/filter.dll" 2>&1) || true

printf '\nSeen now:\n%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf '\nIt has changed. It was:\n%s\n' "$expected"; exit 1; }
echo "It is still so."
