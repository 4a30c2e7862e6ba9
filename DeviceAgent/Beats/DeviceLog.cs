using Rollcall.DeviceAgent.Commands;
using Rollcall.DeviceAgent.Connection;
using Rollcall.DeviceAgent.Logs;
using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Beats;

/// <summary>Logs the events of one device; quiet (in a fleet) at debug level only.</summary>
internal sealed class DeviceLog(string deviceId, Log log, bool quiet)
{
    public void Resumed() => Write(LogLevel.Info, "goes on with its stored session");

    public void Registered() => Write(LogLevel.Info, "is registered");

    public void Authenticated() => Write(LogLevel.Info, "is authenticated");

    public void Accepted(Answer answer, TimeSpan next, int failuresBefore, bool first)
    {
        var level = first || failuresBefore > 0 ? LogLevel.Info : LogLevel.Debug;
        if (log.Writes(quiet ? LogLevel.Debug : level))
        {
            var again = first ? "is online" : failuresBefore > 0 ? $"is heard again after {failuresBefore} failures" : "beat";
            Write(level, $"{again} ({answer}), next beat in {next.TotalSeconds:0.0} s");
        }
    }

    public void Failed(Step step, Answer answer, Next next)
    {
        if (log.Writes(quiet ? LogLevel.Debug : LogLevel.Warn))
        {
            Write(LogLevel.Warn, $"{Name(step)} failed: {answer}. {Meaning(next.Verdict)} in {next.Delay.TotalSeconds:0.0} s");
            if (step == Step.Register && JoinAdvice.For(answer, deviceId) is { } advice)
            {
                Write(LogLevel.Warn, $"cannot join. {advice}");
            }
        }
    }

    public void Connected() => Write(LogLevel.Debug, "has its socket");

    public void Disconnected(ConnectionEnd end, TimeSpan wait)
    {
        if (log.Writes(LogLevel.Debug))
        {
            Write(LogLevel.Debug, $"socket {end}. Trying again in {wait.TotalSeconds:0.0} s");
        }
    }

    public void Goodbye(Answer answer) => Write(
        answer.Success ? LogLevel.Info : LogLevel.Warn,
        answer.Success ? "said goodbye" : $"could not say goodbye: {answer}");

    public void CommandDone(string command, CommandReport report)
    {
        if (log.Writes(quiet ? LogLevel.Debug : LogLevel.Info))
        {
            Write(LogLevel.Info, $"was asked to {command}: {report.Status}{(report.Error is null ? "" : $" ({report.Error})")}");
        }
    }

    public void CommandNotDone(string command, Answer answer) => Write(LogLevel.Info, $"was asked to {command} and did not: {answer}");

    public void Surprised(Exception error) => Write(LogLevel.Error, $"met a fault of its own: {error}");

    private void Write(LogLevel level, string what)
    {
        level = quiet ? LogLevel.Debug : level;
        if (log.Writes(level))
        {
            log.Write(level, $"{deviceId} {what}");
        }
    }

    private static string Name(Step step) => step switch
    {
        Step.Register => "registration",
        Step.Authenticate => "authentication",
        _ => "beat",
    };

    private static string Meaning(Verdict verdict) => verdict switch
    {
        Verdict.SessionLost => "The session is over, authenticating",
        Verdict.Superseded => "Somebody else is this device, authenticating",
        Verdict.Refused => "Refused, asking again",
        Verdict.Dropped => "That message is dropped, the next one goes",
        Verdict.Ignored => "It was for an old token, next beat",
        _ => "Trying again",
    };
}
