using System.Globalization;
using Rollcall.Support.Rolls;

namespace Rollcall.Crashes;

/// <summary>A customer that has an echo done every tenth of a second by one device after the other, until it has enough.</summary>
internal sealed class CommandStream : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly IRoll _roll;
    private readonly string _prefix;
    private readonly CommandSender _sender;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _sending;

    public CommandStream(IEnumerable<Uri> gateways, IRoll roll, string prefix, int devices)
    {
        (_roll, _prefix, _sender) = (roll, prefix, new CommandSender(gateways));
        _sending = Task.Run(() => SendAsync(devices));
    }

    /// <summary>Sends no more. Each that was accepted was completed, once.</summary>
    public async Task<string> EndAsync()
    {
        await _stop.CancelAsync();
        await _sending;
        StoredCommand[] stored = [];
        await Eventually.IsSoAsync(
            () =>
            {
                var ours = _sender.Accepted.Values.Select(one => one.Id).ToHashSet();
                stored = [.. _roll.Commands(_prefix).Where(command => ours.Contains(command.Id))];
                return Task.FromResult(stored.Length == ours.Count && stored.All(command => command.HasEnded));
            },
            Patience,
            () => $"all of {_sender.Accepted.Count} have ended; not {string.Join(", ", stored.Where(command => !command.HasEnded).Take(5))}");
        Assert.All(stored, command => Assert.Equal("completed", command.Status));
        return $"{stored.Length} completed, {_sender.Refused} calls not answered and made again";
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _sender.Dispose();
    }

    private async Task SendAsync(int devices)
    {
        for (var number = 0; !_stop.IsCancellationRequested; number++)
        {
            using var patience = new CancellationTokenSource(Patience);
            var device = string.Create(CultureInfo.InvariantCulture, $"{_prefix}-{(number % devices) + 1:D5}");
            await _sender.SendAsync($"stream-{number}", device, "echo", ttlSeconds: 60, gateway: number, patience.Token);
            await Task.Delay(Pause, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
