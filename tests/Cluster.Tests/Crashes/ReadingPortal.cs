using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using Rollcall.Running;
using Rollcall.Support.Http;

namespace Rollcall.Crashes;

/// <summary>A portal that reads the list, the log of the fleet and one device at one gateway after the other, until it has enough.</summary>
internal sealed class ReadingPortal : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly HttpClient _http = new()
    {
        Timeout = TimeSpan.FromSeconds(15),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", PortalToken.Of("viewer", Cluster.Customer)) },
    };

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, int> _answers = new();
    private readonly Task _reading;
    private TimeSpan _longest;

    public ReadingPortal(IReadOnlyList<Uri> gateways, string prefix, string deviceId) =>
        _reading = Task.Run(() => ReadAsync(gateways, ["devices?limit=50&q=" + prefix, "events?limit=50", "devices/" + deviceId]));

    /// <summary>Reads no more. Whatever was answered was a page, or that nobody can read now.</summary>
    public async Task<string> EndAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        Assert.Empty(_answers.Keys.Except(["200", "503", "none"]));
        Assert.True(_answers.ContainsKey("200"));
        var answers = string.Join(", ", _answers.OrderBy(one => one.Key).Select(one => $"{one.Value} x {one.Key}"));
        return $"{answers}; the longest took {_longest.TotalSeconds:0.0} s";
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task ReadAsync(IReadOnlyList<Uri> gateways, string[] paths)
    {
        for (var number = 0; !_stop.IsCancellationRequested; number++)
        {
            var gateway = gateways[number / paths.Length % gateways.Count];
            var watch = Stopwatch.StartNew();
            var answer = await AnswerAsync(new Uri(gateway, "api/v1/customer/" + paths[number % paths.Length]));
            _longest = watch.Elapsed > _longest ? watch.Elapsed : _longest;
            _answers.AddOrUpdate(answer, 1, (_, before) => before + 1);
            await Task.Delay(Pause, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<string> AnswerAsync(Uri path)
    {
        try
        {
            using var answer = await _http.GetAsync(path);
            return answer.StatusCode is System.Net.HttpStatusCode.OK or System.Net.HttpStatusCode.ServiceUnavailable
                ? $"{(int)answer.StatusCode}"
                : $"{(int)answer.StatusCode} of {path}: {await answer.Content.ReadAsStringAsync()}";
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or OperationCanceledException)
        {
            return "none";
        }
    }
}
