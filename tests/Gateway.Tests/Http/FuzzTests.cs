using System.Text;
using Rollcall.Auth;
using Rollcall.Running;

namespace Rollcall.Http;

/// <summary>Mutated calls on every endpoint. A failure prints the seed and the call.</summary>
public sealed class FuzzTests(SharedGateway shared, ITestOutputHelper output)
{
    private static readonly int Calls = Rounds.Of(60);

    private static readonly string[] Seeds =
    [
        """{"deviceId":"a","deviceSecret":"12345678","activationCode":"x","name":"n"}""",
        """{"status":"degraded","metrics":{"cpu":1.5,"memory":2,"uptime":3e2,"x":-0}}""",
        """{"name":"n","location":null,"mode":"active"}""",
        """{"name":"n","maxDevices":5,"expiresAt":"2099-01-01T00:00:00.000Z","deviceId":"a","enrolmentKey":"rke_x"}""",
    ];

    private static readonly string[] Bits =
    [
        "null", "{", "}", "[", "]", "\"", ",", ":", "\\u0000", "\\ud800", "1e400", "-", "NaN", "true", "\0", "\u0001", "ä", "🚚", "%00", "..",
        "/", " ", "\\",
    ];

    private static readonly string[] Parameters = ["status", "health", "q", "limit", "cursor", "after", "secret", "x"];
    private readonly TestGateway _gateway = shared.Gateway;

    [Fact]
    public async Task No_call_whatever_is_a_fault_of_ours()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_SEED"), out var given) ? given : Random.Shared.Next();
        output.WriteLine($"FUZZ_SEED={seed}");
        var random = new Random(seed);
        var device = await TestDevice.SignedInAsync(_gateway);
        var callers = new[] { _gateway.Nobody, device.Self, device.Owner };
        foreach (var row in AccessTable.Rows.Where(row => row.Endpoint.Contains("/api/", StringComparison.Ordinal)))
        {
            for (var round = 0; round < Calls; round++)
            {
                var (method, path) = (row.Endpoint.Split(' ')[0], Path(random, row.Endpoint.Split(' ')[1], device.Id));
                var body = method is "POST" or "PATCH" ? Mutated(random, Seeds[random.Next(Seeds.Length)]) : null;
                var caller = callers[row.Access switch { Access.Everybody => 0, Access.Device => 1, _ => 2 }];
                var answer = await caller.SendUncheckedAsync(method, path, body is null ? null : Body.Of(body, "application/json"));
                Assert.True(answer.Status < 500,
                    $"seed {seed}: {method} {path} {(body is null ? "" : Convert.ToHexString(body))}: {answer.Status} {answer.Text}");
                Assert.DoesNotContain("   at ", answer.Text, StringComparison.Ordinal);
            }
        }
    }

    private static string Path(Random random, string pattern, string id)
    {
        var path = pattern.Replace("{id}", random.Next(3) == 0 ? Escaped(Mutated(random, id)) : id, StringComparison.Ordinal);
        for (var i = random.Next(4); i > 0; i--)
        {
            path += (path.Contains('?', StringComparison.Ordinal) ? '&' : '?') + Parameters[random.Next(Parameters.Length)] + "="
                + (random.Next(3) switch { 0 => Escaped(Mutated(random, "online")), 1 => random.Next(-5, 300).ToString(),
                    _ => Escaped(Mutated(random, "ZDE6YQ")) });
        }

        return path;
    }

    private static byte[] Mutated(Random random, string seed)
    {
        var bytes = Encoding.UTF8.GetBytes(seed).ToList();
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(5))
            {
                case 0: bytes.InsertRange(at, Encoding.UTF8.GetBytes(Bits[random.Next(Bits.Length)])); break;
                case 1: bytes.Insert(at, (byte)random.Next(256)); break;
                case 2: bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(1, 8))); break;
                case 3: bytes.RemoveRange(at, bytes.Count - at); break;
                default: bytes.InsertRange(at, bytes.GetRange(0, Math.Min(bytes.Count, random.Next(20)))); break;
            }
        }

        return [.. bytes];
    }

    private static string Escaped(byte[] bytes) =>
        string.Concat(bytes.Select(one => char.IsAsciiLetterOrDigit((char)one) ? ((char)one).ToString() : $"%{one:X2}"));
}
