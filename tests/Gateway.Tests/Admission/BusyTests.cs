using System.Diagnostics.Metrics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Rollcall.Measuring;
using Rollcall.Running;
using Rollcall.Support.Measuring;

namespace Rollcall.Admission;

/// <summary>More at once than can be served.</summary>
public sealed class BusyTests
{
    private const int Fleet = 600;

    [Fact]
    public async Task What_is_too_much_is_told_when_to_come_counted_and_said_in_one_line()
    {
        using var folder = new TemporaryFolder();
        List<TestDevice> fleet = [];
        await using (var former = await TestGateway.StartAsync(folder))
        {
            fleet.AddRange(await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => TestDevice.SignedInAsync(former, "c"))));
        }

        await using var gateway = await TestGateway.StartAsync(folder, ("COLD_CALLS", "1"), ("COLD_CALLS_WAITING", "2"));
        using var heard = new Instruments(gateway.Services.GetRequiredService<IMeterFactory>());
        using var witness = new Witness(gateway);
        var answers = await Task.WhenAll(fleet.Select(device => device.At(gateway).BeatAsync()));

        var refused = answers.Where(answer => answer.Status != 200).ToArray();
        Assert.NotEmpty(refused);
        Assert.Contains(answers, answer => answer.Status == 200);
        Assert.All(refused, answer => Assert.InRange(int.Parse(answer.Refused(503, "UNAVAILABLE")["Retry-After"]!, null), 1, 60));
        Assert.Equal(refused.Length, heard.Sum("rollcall.busy loading"));
        var said = await Eventually.GetAsync(() => witness.Lines.ToArray(), lines => lines.Length > 0);
        Assert.Contains($"busy: {refused.Length} calls answered 503 in 1 s ({refused.Length} loading)", Assert.Single(said),
            StringComparison.Ordinal);

        // Whose twin is in memory does not wait behind those.
        var warm = fleet[Array.FindIndex(answers, answer => answer.Status == 200)].At(gateway);
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => warm.BeatAsync())), answer => answer.Is(200));
    }

    [Fact]
    public async Task Hundreds_of_devices_that_come_back_at_once_after_a_restart_are_served_without_a_line()
    {
        using var folder = new TemporaryFolder();
        List<TestDevice> fleet = [];
        await using (var former = await TestGateway.StartAsync(folder))
        {
            // In small parts: what is looked at comes later.
            foreach (var part in Enumerable.Range(0, Fleet).Chunk(50))
            {
                var devices = await Task.WhenAll(part.Select(_ => TestDevice.SignedInAsync(former, "c")));
                await Task.WhenAll(devices.Select(device => device.BeatAsync()));
                fleet.AddRange(devices);
            }
        }

        await using (var gateway = await TestGateway.StartAsync(folder))
        {
            using var witness = new Witness(gateway);
            await Task.WhenAll(fleet.Select(device => ServedAsync(() => device.At(gateway).BeatAsync(), 200, 202)));
            Assert.DoesNotContain(witness.Lines, line => line.Contains("Orleans", StringComparison.Ordinal));
        }

        await using (var gateway = await TestGateway.StartAsync(folder))
        {
            using var witness = new Witness(gateway);
            await Task.WhenAll(fleet.Select(device => ServedAsync(() => device.At(gateway).SignInAsync(), 200)));
            Assert.DoesNotContain(witness.Lines, line => line.Contains("Orleans", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Chosen_secrets_are_checked_at_the_pools_rate_and_the_rest_is_told_when()
    {
        using var folder = new TemporaryFolder();
        List<TestDevice> fleet = [];
        await using (var former = await TestGateway.StartAsync(folder))
        {
            fleet.AddRange(await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => TestDevice.SignedInAsync(former, "c"))));
        }

        // A secret whose check takes some 50 ms: forty a patience, were it two seconds.
        await using var gateway = await TestGateway.StartAsync(folder, ("BCRYPT_CONCURRENCY", "1"), ("BCRYPT_PATIENCE", "300"));
        Choose(folder, "a chosen secret");
        using var heard = new Instruments(gateway.Services.GetRequiredService<IMeterFactory>());
        using var witness = new Witness(gateway);
        (await SignInAsync(gateway, fleet[0])).Is(200);
        var answers = await Task.WhenAll(fleet.Skip(1).Select(device => SignInAsync(gateway, device)));

        Assert.Contains(answers, answer => answer.Status == 200);
        var told = answers.Where(answer => answer.Status != 200)
            .Select(answer => int.Parse(answer.Refused(503, "UNAVAILABLE")["Retry-After"]!, null)).ToArray();
        Assert.NotEmpty(told);
        Assert.True(told.Max() > told.Min(), "not all are told the same time");
        Assert.Equal(told.Length, heard.Sum("rollcall.busy secrets"));
        Assert.DoesNotContain(witness.Answers, answer => answer.Status is not (200 or 503));
    }

    private static Task<Answer> SignInAsync(TestGateway gateway, TestDevice device) =>
        gateway.Nobody.PostAsync("/api/v1/device/auth", $$"""{"deviceId":"{{device.Id}}","deviceSecret":"a chosen secret"}""");

    private static void Choose(TemporaryFolder folder, string secret)
    {
        using var connection = new SqliteConnection($"Data Source={folder["rollcall.db"]}");
        connection.Open();
        using var update = connection.CreateCommand();
        update.CommandText = "UPDATE devices SET credential = $credential";
        update.Parameters.AddWithValue("$credential", "bcrypt-sha384:" + BCrypt.Net.BCrypt.EnhancedHashPassword(secret, 9));
        update.ExecuteNonQuery();
    }

    /// <summary>A device waits ten seconds.</summary>
    private static async Task<Answer> InTimeAsync(Func<Task<Answer>> call) => await call().WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);

    /// <summary>As a device does: again after what Retry-After says.</summary>
    private static async Task ServedAsync(Func<Task<Answer>> call, params int[] served)
    {
        for (var answer = await InTimeAsync(call); !served.Contains(answer.Status); answer = await InTimeAsync(call))
        {
            await Task.Delay(TimeSpan.FromSeconds(int.Parse(answer.Refused(503, "UNAVAILABLE")["Retry-After"]!, null)), TimeProvider.System);
        }
    }
}
