using System.Diagnostics;
using Rollcall.Support.Servers;

namespace Rollcall.Edge;

/// <summary>Somebody guesses secrets through the proxy that devices come through, as fast as this machine lets it.</summary>
public sealed class GuessingTests(EdgeGateway gateway)
{
    private const string ChosenDevice = "chosen-device";
    private const string ChosenSecret = "a secret that somebody chose";
    private const int Tries = 8;
    private int _guesses;

    [Theory]
    [InlineData("nginx")]
    [InlineData("haproxy")]
    public async Task Whoever_has_the_right_secret_gets_in(string program)
    {
        Assert.SkipWhen(MiddleServer.Missing(program) is not null, MiddleServer.Missing(program) ?? "");
        await using var proxy = await ProxiesPage.StartAsync(program, await gateway.PortAsync(own: program));
        var address = new Uri($"https://127.0.0.1:{proxy.Port}/");
        using var stranger = new Visitor(address, "127.0.0.2");
        using var neighbour = new Visitor(address, "127.0.0.2");
        using var good = new Visitor(address, "127.0.0.3");
        await good.JoinAsync();
        await good.AddAsync(ChosenDevice, ChosenSecret);

        using var stop = new CancellationTokenSource();
        var since = Stopwatch.StartNew();
        var flood = Enumerable.Range(0, 32).Select(_ => GuessAsync(stranger, good.Device.Id, stop.Token)).ToArray();

        // The stranger's burst is spent, and guesses at both devices are past their limit.
        await Eventually.IsSoAsync(() => Volatile.Read(ref _guesses) > 500, TimeSpan.FromSeconds(30), () => $"500 guesses, {_guesses}");

        // One that we generated, from an address of its own and from the stranger's.
        Assert.All(await TryAsync(good, good.Device.Id, good.Device.Secret), status => Assert.Equal(200, status));
        Assert.All(await TryAsync(neighbour, good.Device.Id, good.Device.Secret), status => Assert.Equal(200, status));

        // A chosen one that nobody has verified yet; and once it is verified, at once from everywhere.
        await Eventually.IsSoAsync(async () => await good.SignInAsync(ChosenDevice, ChosenSecret) == 200, TimeSpan.FromSeconds(30),
            () => "a chosen secret opens");
        Assert.All(await TryAsync(good, ChosenDevice, ChosenSecret), status => Assert.Equal(200, status));
        Assert.All(await TryAsync(neighbour, ChosenDevice, ChosenSecret), status => Assert.Equal(200, status));

        await stop.CancelAsync();
        var answers = (await Task.WhenAll(flood)).SelectMany(statuses => statuses).ToArray();
        TestContext.Current.TestOutputHelper!.WriteLine($"{answers.Length / since.Elapsed.TotalSeconds:0} guesses a second: "
            + string.Join(", ", answers.CountBy(status => status).Select(one => $"{one.Value} x {one.Key}")));
        // 504: the proxy's patience, which is a second here, was shorter than that of the line of slow checks.
        Assert.All(answers, status => Assert.Contains(status, new[] { 401, 429, 503, 504 }));
        Assert.Contains(429, answers);
    }

    private static async Task<IReadOnlyList<int>> TryAsync(Visitor visitor, string deviceId, string secret)
    {
        var statuses = new List<int>();
        for (var number = 0; number < Tries; number++)
        {
            statuses.Add(await visitor.SignInAsync(deviceId, secret));
        }

        return statuses;
    }

    private async Task<IReadOnlyList<int>> GuessAsync(Visitor stranger, string generated, CancellationToken stop)
    {
        var statuses = new List<int>();
        while (!stop.IsCancellationRequested)
        {
            var number = Interlocked.Increment(ref _guesses);
            statuses.Add(await stranger.SignInAsync(number % 2 == 0 ? generated : ChosenDevice, $"guess number {number}"));
        }

        return statuses;
    }
}
