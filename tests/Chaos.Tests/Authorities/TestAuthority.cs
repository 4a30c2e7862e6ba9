using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Rollcall.Support.Processes;

namespace Rollcall.Authorities;

/// <summary>
/// An OpenID Connect authority over HTTPS on this machine, outside the gateway's process. It can be away, slow, and change its keys.
/// </summary>
internal sealed class TestAuthority : IAsyncDisposable
{
    private static readonly RSA Stranger = RSA.Create(2048);
    private readonly X509Certificate2 _certificate;
    private readonly int _port = Ports.Free();
    private WebApplication? _app;
    private int _asked;

    /// <param name="folder">Where the certificate is written, for the gateway to trust.</param>
    public TestAuthority(string folder)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=rollcall-test-authority", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        _certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
        CertificateFile = Path.Combine(folder, "authority.pem");
        File.WriteAllText(CertificateFile, made.ExportCertificatePem());
        Rotate("k1");
    }

    public string CertificateFile { get; }

    public string Address => $"https://127.0.0.1:{_port}";

    /// <summary>How often its keys were fetched.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>The key that signs, and the only one that is published.</summary>
    public (string Name, RSA Key) Signing { get; private set; }

    /// <summary>Not null: it answers its addresses with this.</summary>
    public string? Nonsense { get; set; }

    public void Rotate(string name) => Signing = (name, RSA.Create(2048));

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, _port, listen => listen.UseHttps(_certificate)));
        builder.WebHost.UseKestrelHttpsConfiguration();
        _app = builder.Build();
        _app.MapGet("/.well-known/openid-configuration", () =>
        {
            Interlocked.Increment(ref _asked);
            return Nonsense ?? new JsonObject { ["issuer"] = Address, ["jwks_uri"] = Address + "/keys" }.ToJsonString();
        });
        _app.MapGet("/keys", () =>
        {
            var key = Signing.Key.ExportParameters(false);
            return Nonsense ?? new JsonObject
            {
                ["keys"] = new JsonArray(new JsonObject
                {
                    ["kty"] = "RSA", ["use"] = "sig", ["kid"] = Signing.Name, ["n"] = Base64Url.EncodeToString(key.Modulus),
                    ["e"] = Base64Url.EncodeToString(key.Exponent),
                }),
            }.ToJsonString();
        });
        await _app.StartAsync();
    }

    public async Task StopAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            await app.DisposeAsync();
        }
    }

    /// <summary>A token of an owner of customer acme.</summary>
    /// <param name="begins">Seconds from now.</param>
    /// <param name="ends">Seconds from now.</param>
    /// <param name="name">Of the key; null: the signing one's.</param>
    public string Token((string Name, RSA Key)? by = null, int begins = 0, int ends = 600, string? issuer = null, string? name = null)
    {
        var (known, key) = by ?? Signing;
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = issuer ?? Address, ["aud"] = "rollcall-portal", ["sub"] = "ann", ["customer_id"] = "acme", ["role"] = "owner",
            ["nbf"] = now + begins, ["exp"] = now + ends,
        };
        var signed = $"{Encode(new JsonObject { ["alg"] = "RS256", ["kid"] = name ?? known })}.{Encode(claims)}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>A token that looks right, under a key that nobody knows.</summary>
    public string StrangersToken(int number) => Token(("stranger-" + number.ToString(CultureInfo.InvariantCulture), Stranger));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _certificate.Dispose();
    }

    private static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
