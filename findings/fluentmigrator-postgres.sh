#!/usr/bin/env bash
# FluentMigrator's own name for PostgreSQL means no database, and the step counts as done.
#
# What       FluentMigrator.Runner.Core and .Postgres 8.0.1, PostgreSQL 15.20 (Debian)
# Seen on    2026-11-28
# The guess  A runner made with AddPostgres() runs what stands under IfDatabase(ProcessorIdConstants.Postgres): the library
#            gives that name, and its guide uses it. If a name were wrong, the migration would fail.
# It is      AddPostgres() makes a processor of the newest dialect, which goes by "PostgreSQL15_0" and "PostgreSQL" alone.
#            Under ProcessorIdConstants.Postgres nothing is run, nothing is said, and VersionInfo has the migration as
#            applied, so mending the name later does nothing for a database that has passed it.
# Here       Both stores' tables are made by the same migrations. A step of one store under the wrong name is found when the
#            first statement misses its column in production; each step needs a test that looks at the table itself.
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
postgres() { # A server of its own from Debian's package, unpacked; its superuser is "postgres", the port in $port.
  local package=postgresql-15=15.20-0+deb12u1 bin data=$folder/data as=()
  chmod 755 "$folder"
  (cd "$folder" && apt-get -qq -o APT::Sandbox::User=root download "$package" && dpkg -x postgresql-15_*.deb .) >"$folder/apt.log" 2>&1 \
    || cannot "$package is not to be had ($(tail -n 1 "$folder/apt.log")); apt-get update may help"
  bin=$folder/usr/lib/postgresql/15/bin
  ! ldd "$bin/postgres" | grep "not found" >&2 || cannot "libraries are missing that PostgreSQL needs: apt-get install postgresql"
  mkdir "$data"
  if [ "$(id -u)" -eq 0 ]; then chown nobody "$data"; as=(setpriv --reuid=nobody --clear-groups); fi
  (cd / && "${as[@]}" "$bin/initdb" -D "$data" -A trust -U postgres --no-sync) >"$folder/initdb.log" 2>&1 || cannot "initdb failed"
  port=$(free_port)
  (cd / && exec "${as[@]}" "$bin/postgres" -D "$data" -h 127.0.0.1 -p "$port" -k '') >"$folder/postgres.log" 2>&1 &
  started+=("$!")
  for _ in $(seq 150); do [ "$(sed -n '8s/ *$//p' "$data/postmaster.pid" 2>/dev/null)" = ready ] && return; sleep 0.2; done
  cannot "PostgreSQL did not start"
}
build() {
  (cd "$1" && NUGET_PACKAGES="$folder/packages" dotnet build -o out -v quiet -nodeReuse:false -p:UseSharedCompilation=false) >"$folder/build.log" 2>&1 \
    || { tail -n 20 "$folder/build.log" >&2; cannot "the program did not build"; }
}
postgres
mkdir "$folder/program"
cat >"$folder/program/step.csproj" <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="FluentMigrator.Runner.Core" Version="8.0.1" />
    <PackageReference Include="FluentMigrator.Runner.Postgres" Version="8.0.1" />
    <PackageReference Include="Npgsql" Version="10.0.3" />
  </ItemGroup>
</Project>
XML
cat >"$folder/program/Program.cs" <<'CS'
using FluentMigrator;
using FluentMigrator.Runner;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

var database = $"Host=127.0.0.1;Port={args[0]};Username=postgres;Database=postgres";
await using var services = new ServiceCollection()
    .AddFluentMigratorCore()
    .ConfigureRunner(runner => runner.AddPostgres().WithGlobalConnectionString(database).ScanIn(typeof(Step).Assembly).For.Migrations())
    .BuildServiceProvider();
using (var scope = services.CreateScope())
{
    var runner = scope.ServiceProvider.GetRequiredService<IMigrationRunner>();
    Console.WriteLine($"goes by: {string.Join(", ", runner.Processor.DatabaseTypeAliases.Prepend(runner.Processor.DatabaseType).Distinct())}");
    runner.MigrateUp();
}

await using var source = NpgsqlDataSource.Create(database);
Console.WriteLine($"tables: {await AskAsync("SELECT string_agg(table_name, ', ' ORDER BY table_name) FROM information_schema.tables WHERE table_schema = 'public' AND table_name LIKE 'under%'")}");
Console.WriteLine($"applied: {await AskAsync("SELECT string_agg(\"Version\"::text, ', ') FROM \"VersionInfo\"")}");

async Task<object?> AskAsync(string sql)
{
    await using var command = source.CreateCommand(sql);
    return await command.ExecuteScalarAsync();
}

[Migration(1)]
public sealed class Step : Migration
{
    public override void Up()
    {
        IfDatabase(ProcessorIdConstants.Postgres).Create.Table("under_postgres").WithColumn("id").AsInt32();
        IfDatabase(ProcessorIdConstants.PostgreSQL).Create.Table("under_postgresql").WithColumn("id").AsInt32();
    }

    public override void Down()
    {
    }
}
CS
build "$folder/program"
expected='goes by: PostgreSQL15_0, PostgreSQL
tables: under_postgresql
applied: 1'
seen=$(timeout 60 dotnet "$folder/program/out/step.dll" "$port" 2>&1) || true

printf '\nSeen now:\n%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf '\nIt has changed. It was:\n%s\n' "$expected"; exit 1; }
echo "It is still so."
