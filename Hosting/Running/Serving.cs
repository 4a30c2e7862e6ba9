using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace Rollcall.Running;

/// <summary>The life of a program that serves, from its first line to its last.</summary>
public static class Serving
{
    /// <summary>What a broken off start has to end in order: until then nothing was served, and nothing is lost.</summary>
    private static readonly TimeSpan ToEnd = TimeSpan.FromSeconds(10);

    /// <summary>Serves until a stop is asked for.</summary>
    /// <param name="stop">Heard at any moment.</param>
    /// <param name="create">Puts the program together.</param>
    /// <param name="started">It serves from now on.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(StopRequest stop, Func<Task<WebApplication>> create, Action<WebApplication> started)
    {
        var creating = Task.Run(create);
        try
        {
            await creating.WaitAsync(stop.Token);
            await creating.Result.StartAsync(stop.Token);
        }
        catch (Exception) when (stop.BreaksOff)
        {
            await EndAsync(creating);
            return 0;
        }
        catch when (creating.IsCompletedSuccessfully)
        {
            await creating.Result.DisposeAsync();
            throw;
        }

        stop.Serves();
        await using var app = creating.Result;
        started(app);
        await app.WaitForShutdownAsync(stop.Token);
        return 0;
    }

    /// <summary>What had been started is stopped, as far as it can be.</summary>
    private static async Task EndAsync(Task<WebApplication> creating)
    {
        try
        {
            await Task.Run(async () =>
            {
                await using var app = await creating;
                await app.StopAsync();
            }).WaitAsync(ToEnd, TimeProvider.System);
        }
        catch (Exception)
        {
            // Half of it was never there.
        }
    }
}
