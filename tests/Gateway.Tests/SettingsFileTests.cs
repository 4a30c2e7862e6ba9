using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Rollcall;

/// <summary>docs/settings.md is written from <see cref="SettingCatalogue"/>, which says of every setting what is true.</summary>
public sealed class SettingsFileTests
{
    private const string Rewrite = "REWRITE_REFERENCE";

    private static readonly string[] OfOthers = ["OTEL_EXPORTER_OTLP_ENDPOINT", "Logging__LogLevel__Default"];

    private static IEnumerable<DescribedSetting> All => SettingCatalogue.Groups.SelectMany(group => group.Settings);

    [Fact]
    public void The_file_says_what_the_catalogue_says()
    {
        if (Environment.GetEnvironmentVariable(Rewrite) is not null)
        {
            File.WriteAllText(Path(), Written());
        }

        Assert.True(
            File.ReadAllText(Path()) == Written(),
            "docs/settings.md is not what the catalogue says. This writes the file:\n"
            + $"{Rewrite}=1 dotnet test --project tests/Gateway.Tests -- --filter-class \"*{nameof(SettingsFileTests)}\"");
    }

    [Fact]
    public void Every_setting_that_a_process_reads_is_described_once() => Assert.Equal(
        SettingReaders.Known.Keys.Order(StringComparer.Ordinal),
        All.Select(setting => setting.Name).Except(OfOthers).Select(Key).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_meaning_is_a_sentence() => Assert.All(All, setting =>
    {
        Assert.True(setting.Meaning.EndsWith('.') && setting.Meaning.Length is > 10 and < 220, setting.Name);
        Assert.DoesNotContain('|', setting.Meaning);
    });

    /// <summary>Set to its default, a setting changes nothing; set to another number, it does.</summary>
    [Fact]
    public void Every_default_is_the_one_that_is_used()
    {
        var tried = 0;
        foreach (var setting in All.Where(setting => Tried(setting.Name)))
        {
            if (long.TryParse(setting.Default, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                Assert.True(Read() == Read((Key(setting.Name), setting.Default)), $"{setting.Name}: {setting.Default} is not the default");
                var other = (number % 2 == 0 ? number - 1 : number + 1).ToString(CultureInfo.InvariantCulture);
                Assert.True(Read() != Read((Key(setting.Name), other)), $"{setting.Name}: {other} changes nothing");
                tried++;
            }
        }

        Assert.True(tried > 40, $"{tried}");
    }

    private static bool Tried(string name) =>
        SettingReaders.Known.TryGetValue(Key(name), out var readers) && readers.HasFlag(ProcessKind.Embedded)
        && name != "LOG_QUEUE"; // The console's, before anything else is read.

    /// <summary>What a gateway that keeps the roll itself has read, as text.</summary>
    private static string Read(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(one => KeyValuePair.Create(one.Name, (string?)one.Value))).Build();
        var gateway = new GatewaySettings(configuration);
        return JsonSerializer.Serialize(TwinSettingsReader.Read(configuration)) + string.Join('\n', Numbers(gateway, depth: 2));
    }

    private static IEnumerable<string> Numbers(object of, int depth) => of.GetType().GetProperties()
        .Where(property => property.GetIndexParameters().Length == 0 && property.Name != nameof(DeviceApi.DeviceConnectionSettings.IsMostSet))
        .SelectMany(property => property.GetValue(of) switch
        {
            null => [],
            string or bool or int or long or double or TimeSpan => [$"{property.Name} {property.GetValue(of)}"],
            var inner when depth > 1 && inner.GetType().Namespace?.StartsWith("Rollcall", StringComparison.Ordinal) == true =>
                Numbers(inner, depth - 1),
            _ => Enumerable.Empty<string>(),
        });

    private static string Written()
    {
        var page = new StringBuilder("""
            # Settings

            Settings are environment variables. A bad value is refused at the start, in one sentence that names it; the exit code is 2. A
            setting that this kind of process does not read is refused, too. Bytes, milliseconds and seconds are whole numbers.

            Read by: **e** the embedded gateway (one process), **s** a silo of a cluster, **g** a gateway of a cluster. What a cluster needs is in
            [operations.md](operations.md#settings), what the agent reads in [DeviceAgent/README.md](../DeviceAgent/README.md).

            This page is generated from `Hosting/Settings/SettingCatalogue.cs`; `SettingsFileTests` says how.

            """);
        foreach (var group in SettingCatalogue.Groups)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {group.Title}\n\n| name | default | read by | |\n|---|---|---|---|\n");
            foreach (var setting in group.Settings)
            {
                page.Append(CultureInfo.InvariantCulture,
                    $"| `{setting.Name}` | {Shown(setting.Default)} | {Readers(setting.Name)} | {setting.Meaning} |\n");
            }
        }

        return page.ToString();
    }

    private static string Shown(string value) => value.StartsWith('(') ? value[1..^1] : $"`{value}`";

    private static string Readers(string name)
    {
        var readers = SettingReaders.Known.GetValueOrDefault(Key(name), ProcessKind.Embedded | ProcessKind.Silo | ProcessKind.Gateway);
        return string.Join(' ', new[] { (ProcessKind.Embedded, "e"), (ProcessKind.Silo, "s"), (ProcessKind.Gateway, "g") }
            .Where(one => readers.HasFlag(one.Item1)).Select(one => one.Item2));
    }

    private static string Key(string name) => OfOthers.Contains(name) ? name : name.Replace("__", ":", StringComparison.Ordinal);

    private static string Path([CallerFilePath] string here = "") =>
        System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(here)!, "../../docs/settings.md"));
}
