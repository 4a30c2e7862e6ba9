#!/usr/bin/env bash
# An argument that Npgsql refuses costs the connection, or does not, by the type of the argument.
#
# What       Npgsql 10.0.3, PostgreSQL 15.20 (Debian)
# Seen on    2026-11-28
# The guess  A time that is not in UTC is refused for "timestamp with time zone" with an ArgumentException. That is found out
#            in the client, before anything is sent: the connection is as good as before.
# It is      For a DateTime it is so: the transaction goes on and commits. For a DateTimeOffset the value is looked at only
#            while the message is being written; with half a message in its buffer the connection counts as broken, the
#            transaction is rolled back and the next Open makes a new connection with a new process at the server.
# Here       Times are DateTimeOffset everywhere but in the stores, which hand over a DateTime in UTC. One "+01:00" that reached
#            Npgsql from a parser would undo the transaction around it and cost a reconnect each time, which looks like a
#            store that goes away and comes back.
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
cat >"$folder/program/argument.csproj" <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Npgsql" Version="10.0.3" />
  </ItemGroup>
</Project>
XML
cat >"$folder/program/Program.cs" <<'CS'
using Npgsql;
using NpgsqlTypes;

await using var source = NpgsqlDataSource.Create($"Host=127.0.0.1;Port={args[0]};Username=postgres;Database=postgres;Maximum Pool Size=1");
var noon = new DateTime(2026, 11, 28, 12, 0, 0);
await TryAsync("DateTime, local", new NpgsqlParameter { Value = DateTime.SpecifyKind(noon, DateTimeKind.Local), NpgsqlDbType = NpgsqlDbType.TimestampTz });
await TryAsync("DateTimeOffset, +01:00", new NpgsqlParameter { Value = new DateTimeOffset(noon, TimeSpan.FromHours(1)), NpgsqlDbType = NpgsqlDbType.TimestampTz });

async Task TryAsync(string name, NpgsqlParameter parameter)
{
    object? before;
    string outcome;
    await using (var connection = await source.OpenConnectionAsync())
    {
        await AskAsync(connection, "DROP TABLE IF EXISTS devices; CREATE TABLE devices (id int)");
        before = await AskAsync(connection, "SELECT pg_backend_pid()");
        var transaction = await connection.BeginTransactionAsync();
        await AskAsync(connection, "INSERT INTO devices VALUES (1)");
        try
        {
            await using var command = new NpgsqlCommand("SELECT $1", connection) { Parameters = { parameter } };
            await command.ExecuteScalarAsync();
            outcome = "taken";
        }
        catch (ArgumentException)
        {
            outcome = $"ArgumentException, the connection is {connection.FullState}";
        }

        try
        {
            await transaction.CommitAsync();
        }
        catch (InvalidOperationException)
        {
            outcome += ", cannot commit";
        }
    }

    await using var next = await source.OpenConnectionAsync();
    var same = before!.Equals(await AskAsync(next, "SELECT pg_backend_pid()"));
    Console.WriteLine($"{name}: {outcome}, {await AskAsync(next, "SELECT count(*) FROM devices")} row kept, {(same ? "the same" : "another")} process at the server");
}

static async Task<object?> AskAsync(NpgsqlConnection connection, string sql)
{
    await using var command = new NpgsqlCommand(sql, connection);
    return await command.ExecuteScalarAsync();
}
CS
build "$folder/program"
expected='DateTime, local: ArgumentException, the connection is Open, 1 row kept, the same process at the server
DateTimeOffset, +01:00: ArgumentException, the connection is Broken, cannot commit, 0 row kept, another process at the server'
seen=$(timeout 60 dotnet "$folder/program/out/argument.dll" "$port" 2>&1) || true

printf '\nSeen now:\n%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf '\nIt has changed. It was:\n%s\n' "$expected"; exit 1; }
echo "It is still so."
