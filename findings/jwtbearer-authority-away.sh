#!/usr/bin/env bash
# When the authority cannot be reached, JwtBearer tells the caller that the token is bad.
#
# What       Microsoft.AspNetCore.Authentication.JwtBearer 10.0.14 on ASP.NET Core 10.0.12
# Seen on    2026-11-28
# The guess  Keys that cannot be fetched are a fault of the server: ConfigurationManager throws (IDX20803), the request ends
#            with 500, and OnAuthenticationFailed, if it is called at all, is given that exception.
# It is      401 with error="invalid_token" and "The signature key was not found", to the letter what a token of an unknown
#            key gets. The event is given SecurityTokenSignatureKeyNotFoundException (IDX10500) without an inner exception;
#            nothing in it tells an outage from a stranger's token. Asked by hand, the manager does throw IDX20803.
# Here       A portal that is told that its token is bad signs its user out, and alerts on 5xx see nothing. Whoever wants 503
#            must ask the configuration manager on his own after a refusal, and must not go by the exception's type.
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
cat >"$folder/away.csproj" <<'XML'
<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
    <SelfContained>true</SelfContained>
    <RuntimeFrameworkVersion>10.0.12</RuntimeFrameworkVersion>
    <InvariantGlobalization>true</InvariantGlobalization>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.AspNetCore.Authentication.JwtBearer" Version="10.0.14" />
    <PackageReference Include="Microsoft.Bcl.Cryptography" Version="10.0.14" />
  </ItemGroup>
</Project>
XML
cat >"$folder/Program.cs" <<'CS'
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

// Nobody listens there.
string authority;
using (var listener = new TcpListener(IPAddress.Loopback, 0))
{
    listener.Start();
    authority = $"http://{listener.LocalEndpoint}";
}

var builder = WebApplication.CreateSlimBuilder();
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Logging.ClearProviders();
builder.Services.AddAuthorization().AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
{
    options.Authority = authority;
    options.Audience = "devices";
    options.RequireHttpsMetadata = false;
    options.TokenValidationParameters.ValidIssuer = authority;
    options.Events = new JwtBearerEvents
    {
        OnAuthenticationFailed = failed =>
        {
            Console.WriteLine($"the event was given {Short(failed.Exception)}, inner: {failed.Exception.InnerException?.GetType().Name ?? "none"}");
            return Task.CompletedTask;
        },
    };
});
await using var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapGet("/", () => "in").RequireAuthorization();
await app.StartAsync();

using var key = RSA.Create(2048);
using var client = new HttpClient();
client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
{
    Issuer = authority,
    Audience = "devices",
    SigningCredentials = new SigningCredentials(new RsaSecurityKey(key) { KeyId = "of the authority" }, SecurityAlgorithms.RsaSha256),
}));
using var response = await client.GetAsync(app.Urls.First());
Console.WriteLine($"the caller saw {(int)response.StatusCode} {response.Headers.WwwAuthenticate}");
try
{
    await app.Services.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>().Get(JwtBearerDefaults.AuthenticationScheme).ConfigurationManager!.GetConfigurationAsync(default);
}
catch (InvalidOperationException e)
{
    Console.WriteLine($"asked by hand: {Short(e)}");
}

static string Short(Exception e) => $"{e.GetType().Name} {e.Message.Split(':')[0]}";
CS
build "$folder"
expected='the event was given SecurityTokenSignatureKeyNotFoundException IDX10500, inner: none
the caller saw 401 Bearer error="invalid_token", error_description="The signature key was not found"
asked by hand: InvalidOperationException IDX20803'
seen=$(timeout 60 "$folder/out/away" 2>&1) || true

printf '\nSeen now:\n%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf '\nIt has changed. It was:\n%s\n' "$expected"; exit 1; }
echo "It is still so."
