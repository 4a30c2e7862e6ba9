using System.Diagnostics.CodeAnalysis;
using Rollcall.DeviceAgent.Commands;
using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Beats;

/// <content>What commands may do with the device.</content>
[SuppressMessage("Reliability", "CA1001", Justification = "A source without a timer whose wait handle nobody takes holds nothing.")]
internal sealed partial class Device : ICommandedDevice
{
    private readonly CancellationTokenSource _restart = new();

    /// <summary>A command asked for a restart: the caller is to make the device anew, with <see cref="Key"/>.</summary>
    public bool WantsRestart => _restart.IsCancellationRequested;

    /// <summary>The key with the secret that it has got since it started.</summary>
    public DeviceKey Key => key with { Secret = _secret };

    public bool IsConnected => connection?.IsOpen == true;

    public async Task<Answer> ReportAsync(string commandId, CommandReport report, CancellationToken stop)
    {
        if (_session is not { } session)
        {
            return Answer.None("no session");
        }

        var answer = (connection is null ? null : await connection.ReportAsync(session.Token, commandId, report, stop))
            ?? await gateway.ReportAsync(session.Token, commandId, report, stop);
        if (answer.Status == 401)
        {
            // The next beat finds out whether the session has ended.
            _pacing.Wake();
        }

        return answer;
    }

    public void BeatEvery(TimeSpan? interval) => _pacing.BeatEvery(interval);

    public void Restart() => _ = _restart.CancelAsync();
}
