using System.Net;
using Rollcall.Running;
using Rollcall.Support.Processes;

namespace Rollcall.Crashes;

/// <summary>A silo that may have 600 descriptors, and 900 sockets that say nothing at its three ports.</summary>
public sealed class IdleConnectionTests(SharedCluster shared, ITestOutputHelper output)
{
    private const int Descriptors = 600;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Siege = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task A_silo_stays_a_member_answers_its_probes_and_takes_a_gateway_that_comes_anew()
    {
        Assert.SkipUnless(IdleCrowd.IsPossible, "127.0.0.2 is nobody's address here.");
        var cluster = await shared.WholeAsync();
        var silo = cluster.Silos[0];
        await silo.KillAsync();
        await cluster.StartSiloAsync(silo, Descriptors);
        await silo.Process!.SaysAsync("Connections: at most 88 (CONNECTIONS), with a descriptor limit of 600.", Soon);
        await ReadyAsync(silo);

        await using (var crowd = new IdleCrowd(900, 50, silo.Port, silo.GatewayPort, silo.HealthPort))
        {
            await Eventually.IsSoAsync(() => crowd.Made >= 900, Soon, () => $"{crowd.Made} sockets have come\n{silo.Process!.Said}");
            var begun = TimeProvider.System.GetTimestamp();
            await cluster.Gateways[0].KillAsync();
            await cluster.StartGatewayAsync(cluster.Gateways[0]);
            await ReadyAsync(cluster.Gateways[0], cluster.Gateways[0].Port);
            while (TimeProvider.System.GetElapsedTime(begun) < Siege)
            {
                await ReadyAsync(silo);
            }

            output.WriteLine($"{crowd.Made} idle connections");
        }

        Assert.True(silo.Runs, silo.Process!.Said);
        Assert.DoesNotContain("Out of memory", silo.Process.Said, StringComparison.Ordinal);
        await silo.KillAsync();
        await cluster.StartSiloAsync(silo);
        await ReadyAsync(silo);
    }

    private static Task ReadyAsync(Member member) => ReadyAsync(member, member.HealthPort);

    private static async Task ReadyAsync(Member member, int port)
    {
        await Eventually.IsSoAsync(
            async () =>
            {
                using var http = new HttpClient();
                try
                {
                    return (await http.GetAsync(new Uri($"http://127.0.0.1:{port}/readyz"))).StatusCode == HttpStatusCode.OK;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            Soon,
            () => $"{member.Address} is ready:\n{member.Process!.Said}");
    }
}
