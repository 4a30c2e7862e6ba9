#!/usr/bin/env bash
# A closed SQLite connection hands its open transaction to whoever opens the next.
#
# What       Microsoft.Data.Sqlite 10.0.14, pooling as it is by default
# Seen on    2026-11-28
# The guess  Closing rolls back what was not committed and the pool gives out a connection as if it were new, as pools
#            of other drivers do: no transaction, no temporary table, no attached database, settings as at first.
# It is      Only functions that were registered are taken back. A BEGIN that was said in SQL stays open in the pool: the
#            next Open is inside a stranger's transaction, sees its rows, cannot begin one, and its COMMIT would keep
#            them; until then nobody else can write to the file. PRAGMAs, temporary tables and ATTACH stay as well.
# Here       The embedded store. BeginTransaction is safe, as disposing it rolls back; SQL text that begins is not, nor a
#            PRAGMA that is meant for one job (synchronous, foreign_keys, query_only): the next job has it, too.
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
cat >"$folder/pool.csproj" <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.Data.Sqlite" Version="10.0.14" />
  </ItemGroup>
</Project>
XML
cat >"$folder/Program.cs" <<'CS'
using Microsoft.Data.Sqlite;

var file = $"Data Source={args[0]}";
using (var first = Open())
{
    Run(first, "CREATE TABLE devices (id)");
    Run(first, "PRAGMA synchronous = OFF");
    Run(first, "CREATE TEMPORARY TABLE mine (id)");
    Run(first, "ATTACH ':memory:' AS other");
    first.CreateFunction("twice", (long x) => 2 * x);
    Run(first, "BEGIN IMMEDIATE; INSERT INTO devices VALUES (1)");
}

using (var next = Open())
{
    Console.WriteLine($"the next to open sees {Ask(next, "SELECT count(*) FROM devices")} row that nobody committed");
    Console.WriteLine($"its BEGIN: {Outcome(() => Run(next, "BEGIN"))}");
    Console.WriteLine($"its synchronous: {Ask(next, "PRAGMA synchronous")}, temporary tables: {Ask(next, "SELECT count(*) FROM temp.sqlite_master")}, databases: {Ask(next, "SELECT group_concat(name) FROM pragma_database_list WHERE name <> 'temp'")}");
    Console.WriteLine($"the function of the one before: {Outcome(() => Ask(next, "SELECT twice(2)"))}");
    using var other = new SqliteConnection($"{file};Pooling=False;Default Timeout=1");
    other.Open();
    Console.WriteLine($"another one's write: {Outcome(() => Run(other, "INSERT INTO devices VALUES (2)"))}");
    Run(next, "ROLLBACK");
}

SqliteConnection Open()
{
    var connection = new SqliteConnection(file);
    connection.Open();
    return connection;
}

static void Run(SqliteConnection connection, string sql) => Ask(connection, sql);

static object? Ask(SqliteConnection connection, string sql)
{
    using var command = connection.CreateCommand();
    command.CommandText = sql;
    return command.ExecuteScalar();
}

static string Outcome(Action action)
{
    try
    {
        action();
        return "done";
    }
    catch (SqliteException e)
    {
        return e.Message;
    }
}
CS
build "$folder"
expected="the next to open sees 1 row that nobody committed
its BEGIN: SQLite Error 1: 'cannot start a transaction within a transaction'.
its synchronous: 0, temporary tables: 1, databases: main,other
the function of the one before: SQLite Error 1: 'no such function: twice'.
another one's write: SQLite Error 5: 'database is locked'."
seen=$(timeout 60 dotnet "$folder/out/pool.dll" "$folder/devices.db" 2>&1) || true

printf '\nSeen now:\n%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf '\nIt has changed. It was:\n%s\n' "$expected"; exit 1; }
echo "It is still so."
