using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Beats;

/// <content>The last word.</content>
internal sealed partial class Device
{
    /// <summary>Says goodbye with the session it has, and keeps it for the next start.</summary>
    public async Task<bool> SayGoodbyeAsync(CancellationToken patience)
    {
        if (_session is null)
        {
            return false;
        }

        Answer answer;
        try
        {
            answer = (await gateway.BeatAsync(_session.Token, new BeatRequest("offline", null), patience)).Answer;
        }
        catch (OperationCanceledException)
        {
            answer = Answer.Silence("no answer in time");
        }
        catch (Exception error)
        {
            answer = Answer.Silence(error.GetType().Name);
        }

        diary.Goodbye(answer);
        return answer.Success;
    }
}
