using System.Diagnostics.CodeAnalysis;
using Rollcall.DeviceAgent.Commands;
using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Beats;

/// <content>What commands may do with the device.</content>
[SuppressMessage("Reliability", "CA1001", Justification = "A source without a timer whose wait handle nobody takes holds nothing.")]
internal sealed partial class Device : ICommandedDevice
{
    private readonly CancellationTokenSource _restart = new();

    /// <summary>A command asked for it: whoever runs the device is to make it anew, with <see cref="Key"/>.</summary>
    public bool WantsRestart => _restart.IsCancellationRequested;

    /// <summary>With the secret it has got since it began.</summary>
    public DeviceKey Key => key with { Secret = _secret };

    public bool IsLineUp => line?.IsUp == true;

    public async Task<Answer> ReportAsync(string commandId, CommandReport report, CancellationToken stop)
    {
        if (_session is not { } session)
        {
            return Answer.Silence("no session");
        }

        var answer = (line is null ? null : await line.ReportAsync(session.Token, commandId, report, stop))
            ?? await gateway.ReportAsync(session.Token, commandId, report, stop);
        if (answer.Status == 401)
        {
            // What became of the session is the next beat's to find out.
            Wake();
        }

        return answer;
    }

    public void Restart() => _ = _restart.CancelAsync();
}
