using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Beats;

/// <content>The goodbye.</content>
internal sealed partial class Device
{
    /// <summary>Sends a goodbye with its session, and keeps the session for the next start.</summary>
    public async Task<bool> SayGoodbyeAsync(CancellationToken timeout)
    {
        if (_session is null)
        {
            return false;
        }

        Answer answer;
        try
        {
            answer = (await gateway.BeatAsync(_session.Token, new BeatRequest("offline", null), timeout)).Answer;
        }
        catch (OperationCanceledException)
        {
            answer = Answer.None("no answer in time");
        }
        catch (Exception error)
        {
            answer = Answer.None(error.GetType().Name);
        }

        log.Goodbye(answer);
        return answer.Success;
    }
}
