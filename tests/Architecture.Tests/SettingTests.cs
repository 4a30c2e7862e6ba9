using System.Text.RegularExpressions;

namespace Rollcall;

public sealed partial class SettingTests
{
    /// <summary>Or it could be set where nobody reads it, and do nothing without a word.</summary>
    [Fact]
    public void Of_every_setting_it_is_known_which_process_reads_it()
    {
        var known = Repository.Text("Hosting/Settings/SettingReaders.cs");
        foreach (var file in new[] { "Grains.Abstractions", "Grains", "Stores", "Silo", "Gateway", "Hosting" }
            .SelectMany(folder => Repository.Files(".cs", folder)))
        {
            Assert.All(Read().Matches(Repository.Text(file)).Select(match => match.Groups[1].Value), name =>
                Assert.True(Regex.IsMatch(known, $@"[\s""]{name}[\s""]"), $"{file} reads {name}: say in SettingReaders which processes do"));
        }
    }

    [GeneratedRegex(@"\b(?:Text|Number|Milliseconds|Seconds|Flag|PortOf)\((?:configuration, )?""(?!OTEL_)([A-Z][A-Z_]+|Demo:Devices)""")]
    private static partial Regex Read();
}
