using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Rollcall.Auth;
using Rollcall.Devices;

namespace Rollcall.Micro;

/// <summary>
/// Who the caller is, from its token, against the HMAC-SHA256 of that token alone, which no check can do without. There is no cache: each
/// request pays this.
/// </summary>
public class TokenCheckBenchmarks
{
    private static readonly AuthenticationScheme Scheme = new(Policies.Device, null, typeof(DeviceTokenHandler));
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly DefaultHttpContext _request = new();
    private DeviceTokens _tokens = null!;
    private string _token = "";
    private string _forged = "";

    [GlobalSetup]
    public async Task Setup()
    {
        _tokens = new DeviceTokens(KeyRing.Parse("keys", $"k1:{Convert.ToBase64String(_key)}"), TimeProvider.System);
        _token = _tokens.Issue("device-0001", "customer", new Session(new string('5', 64), 1), expiresIn: 604_800);
        _forged = _token[..^8] + "AAAAAAAA";
        _request.Request.Headers.Authorization = "Bearer " + _token;
        Require.That(Signature(), "the signature is not the token's");
        Require.That(await Caller() && await Request(), "the token is not valid");
        Require.That(!await Forged(), "a forged token is valid");
    }

    [Benchmark(Baseline = true)]
    public bool Signature()
    {
        var dot = _token.LastIndexOf('.');
        Span<byte> content = stackalloc byte[1024];
        Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<byte> computed = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var length = Encoding.ASCII.GetBytes(_token.AsSpan(0, dot), content);
        HMACSHA256.HashData(_key, content[..length], computed);
        return Base64Url.TryDecodeFromChars(_token.AsSpan(dot + 1), signature, out _) && CryptographicOperations.FixedTimeEquals(signature, computed);
    }

    [Benchmark]
    public async ValueTask<bool> Caller() => await _tokens.CallerAsync(_token) is not null;

    /// <summary>As the pipeline asks: from the header to the user of the request.</summary>
    [Benchmark]
    public async ValueTask<bool> Request()
    {
        var handler = new DeviceTokenHandler(_tokens);
        await handler.InitializeAsync(Scheme, _request);
        return (await handler.AuthenticateAsync()).Succeeded;
    }

    /// <summary>What a stranger can make a gateway do.</summary>
    [Benchmark]
    public async ValueTask<bool> Forged() => await _tokens.CallerAsync(_forged) is not null;
}
