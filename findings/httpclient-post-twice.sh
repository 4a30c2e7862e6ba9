#!/usr/bin/env bash
# HttpClient sends a POST a second time, if it has no content.
#
# What       SocketsHttpHandler of the .NET runtime 10.0.12 (package Microsoft.NETCore.App.Runtime.linux-x64)
# Seen on    2026-11-28
# The guess  A server reads a request on a connection that it has served before, and closes it without an answer. It may
#            have done what it was asked, so only methods that are idempotent go out again; a POST is an exception.
# It is      What decides is whether content was sent, not the method. A POST or PATCH without content goes out again
#            on a new connection, unasked, and the caller sees one 200. The same POST with an empty content, equal on
#            the wire to the last byte, is an exception; so is a PUT with content, which could go out again.
# Here       A gateway that dies between the deed and the answer is asked twice by a device of .NET. What must not
#            happen twice needs a content or a key of its own, and every POST without content must bear a second one.
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
cat >"$folder/twice.csproj" <<'XML'
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
cat >"$folder/Program.cs" <<'CS'
using System.Net;
using System.Net.Sockets;
using System.Text;

Console.WriteLine(Environment.Version);
await TryAsync("POST, no content", () => new HttpRequestMessage(HttpMethod.Post, "/second"));
await TryAsync("PATCH, no content", () => new HttpRequestMessage(HttpMethod.Patch, "/second"));
await TryAsync("POST, empty content", () => new HttpRequestMessage(HttpMethod.Post, "/second") { Content = new ByteArrayContent([]) });
await TryAsync("PUT, two bytes", () => new HttpRequestMessage(HttpMethod.Put, "/second") { Content = new StringContent("{}") });

static async Task TryAsync(string name, Func<HttpRequestMessage> second)
{
    using var listener = new TcpListener(IPAddress.Loopback, 0);
    listener.Start();
    var received = 0;
    var serving = ServeAsync();
    using var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri($"http://{listener.LocalEndpoint}") };
    (await client.GetAsync("/first")).EnsureSuccessStatusCode();
    string outcome;
    try
    {
        outcome = $"{(int)(await client.SendAsync(second())).StatusCode}";
    }
    catch (HttpRequestException e)
    {
        outcome = $"{e.HttpRequestError}";
    }

    Console.WriteLine($"{name}: the server received it {Volatile.Read(ref received)} times, the caller saw {outcome}");
    listener.Stop();

    async Task ServeAsync()
    {
        for (var connection = 0; ; connection++)
        {
            using var socket = await listener.AcceptSocketAsync();
            while (await ReadAsync(socket) is { Length: > 0 } request)
            {
                if (request.Contains("/second") && Interlocked.Increment(ref received) == 1)
                {
                    break; // Read, perhaps done, not answered.
                }

                await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
            }

            socket.Shutdown(SocketShutdown.Send);
        }
    }
}

// To the end of the head, and of the two bytes where two are announced.
static async Task<string> ReadAsync(Socket socket)
{
    var text = new StringBuilder();
    var buffer = new byte[4096];
    while (!(text.ToString() is var so && so.Contains("\r\n\r\n") && (!so.Contains("Content-Length: 2") || so.EndsWith("{}"))))
    {
        var count = await socket.ReceiveAsync(buffer);
        if (count == 0)
        {
            return "";
        }

        text.Append(Encoding.ASCII.GetString(buffer, 0, count));
    }

    return text.ToString();
}
CS
build "$folder"
expected='10.0.12
POST, no content: the server received it 2 times, the caller saw 200
PATCH, no content: the server received it 2 times, the caller saw 200
POST, empty content: the server received it 1 times, the caller saw ResponseEnded
PUT, two bytes: the server received it 1 times, the caller saw ResponseEnded'
seen=$(timeout 60 "$folder/out/twice" 2>&1) || true

printf '\nSeen now:\n%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf '\nIt has changed. It was:\n%s\n' "$expected"; exit 1; }
echo "It is still so."
