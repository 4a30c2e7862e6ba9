using System.Diagnostics;

namespace Rollcall.Running;

/// <summary>Asks again until it is so, for things that another thread brings about.</summary>
public static class Eventually
{
    public static async Task<T> GetAsync<T>(Func<Task<T>> ask, Func<T, bool> enough, int seconds = 20)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (enough(answer))
            {
                return answer;
            }

            Assert.True(Stopwatch.GetElapsedTime(since).TotalSeconds < seconds,
                $"Not within {seconds} s; the last was {(answer as Answer)?.Text ?? answer?.ToString()}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }
}
