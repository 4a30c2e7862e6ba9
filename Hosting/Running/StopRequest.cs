using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Rollcall.Running;

/// <summary>
/// SIGTERM, SIGINT and SIGQUIT from the first line of a program that serves. The host would listen only once it starts, and what it
/// then breaks off ends in exceptions that nobody is to blame for.
/// </summary>
public sealed class StopRequest : IDisposable
{
    private readonly CancellationTokenSource _asked = new();
    private readonly PosixSignalRegistration[] _signals;
    private volatile bool _serves;

    /// <param name="serves">The program serves; its tools are ended by a signal as any program is.</param>
    public StopRequest(bool serves) =>
        _signals = serves ? [Listen(PosixSignal.SIGTERM), Listen(PosixSignal.SIGINT), Listen(PosixSignal.SIGQUIT)] : [];

    /// <summary>Cancelled when a stop is asked for.</summary>
    public CancellationToken Token => _asked.Token;

    /// <summary>A start is being broken off.</summary>
    public bool BreaksOff => !_serves && _asked.IsCancellationRequested;

    /// <summary>The start is through: what goes wrong from now on is said.</summary>
    public void Serves() => _serves = true;

    /// <summary>
    /// The host listens to this alone, and nothing is logged of a start that is being broken off: each part would tell its exception.
    /// </summary>
    public void Attach(IServiceCollection services)
    {
        if (_signals.Length > 0)
        {
            services.AddSingleton<IHostLifetime, Elsewhere>();
            services.PostConfigure<LoggerFilterOptions>(Quiet);
        }
    }

    public void Dispose()
    {
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }

        _asked.Dispose();
    }

    private void Quiet(LoggerFilterOptions filters)
    {
        var rules = filters.Rules.ToArray();
        filters.Rules.Clear();
        foreach (var rule in rules.Prepend(new LoggerFilterRule(null, null, filters.MinLevel, null)))
        {
            filters.Rules.Add(new LoggerFilterRule(
                rule.ProviderName, rule.CategoryName, rule.LogLevel,
                (provider, category, level) => !BreaksOff && rule.Filter?.Invoke(provider, category, level) != false));
        }
    }

    private PosixSignalRegistration Listen(PosixSignal signal) => PosixSignalRegistration.Create(signal, received =>
    {
        // What is called because of it runs elsewhere: an exception here would be nobody's.
        received.Cancel = true;
        _ = _asked.CancelAsync();
    });

    private sealed class Elsewhere : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
