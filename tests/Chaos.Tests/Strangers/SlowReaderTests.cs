using System.Globalization;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Rollcall.Support.Devices;
using Rollcall.Support.Http;

namespace Rollcall.Strangers;

/// <summary>Who reads slowly holds a little.</summary>
[Collection<Alone>]
public sealed partial class SlowReaderTests(ITestOutputHelper output) : CrashTest(output)
{
    private const int Readers = 60;
    private const int MostGrownMiB = 48;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Sixty_slow_readers_of_the_largest_file_take_kilobytes_and_no_other_call_notices()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Memory is read from /proc.");
        var place = Install();
        place.Settings["DOTNET_GCHeapHardLimit"] = "0x18000000";
        var gateway = await place.StartAsync();
        using var http = new HttpClient { BaseAddress = place.Address };
        var whole = (await http.GetByteArrayAsync(new Uri("reference/scalar.js", UriKind.Relative))).Length;
        Assert.True(whole > 1_000_000);
        await ServeAsync(http);
        var before = ResidentMiB(gateway.Process.Id);

        SlowReader[] readers = [.. Enumerable.Range(0, Readers).Select(_ => new SlowReader())];
        try
        {
            await Task.WhenAll(readers.Select(reader => reader.AskAsync(place.Port, "/reference/scalar.js")));
            for (var second = 0; second < 6; second++)
            {
                await Task.WhenAll(readers.Select(reader => reader.SipAsync()));
                await ServeAsync(http);
                await Task.Delay(Second, TimeProvider.System);
            }

            var after = ResidentMiB(gateway.Process.Id);
            Output.WriteLine($"Resident before {before} MiB, with {Readers} slow readers of {whole / 1024} KiB {after} MiB.");
            Assert.All(readers, reader => Assert.InRange(reader.Read, 1, whole));
            Assert.True(after - before < MostGrownMiB, $"{before} MiB became {after} MiB");
            Assert.Empty(gateway.Faults);
        }
        finally
        {
            Array.ForEach(readers, reader => reader.Dispose());
        }
    }

    private static async Task ServeAsync(HttpClient http)
    {
        await http.GetByteArrayAsync(new Uri("openapi/v1.json", UriKind.Relative));
        await http.GetByteArrayAsync(new Uri("readyz", UriKind.Relative));
        var nobody = new Caller(http, http.BaseAddress!);
        (await new TestDevice(nobody, nobody, "demo", "test-device-001", "test-secret-12345").SignInAsync()).Succeeded();
    }

    private static int ResidentMiB(int process) => int.Parse(
        Resident().Match(File.ReadAllText($"/proc/{process}/status")).Groups[1].ValueSpan, CultureInfo.InvariantCulture) / 1024;

    [GeneratedRegex(@"VmRSS:\s+(\d+) kB")]
    private static partial Regex Resident();
}
