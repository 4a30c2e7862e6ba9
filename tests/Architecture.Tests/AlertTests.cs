using System.Text.RegularExpressions;

namespace Rollcall;

/// <summary>An alert on a name that nobody measures never rings, and one that nobody explains rings in vain.</summary>
public sealed partial class AlertTests
{
    private readonly string _rules = Repository.Text("deploy/prometheus/rollcall-alerts.yaml");
    private readonly string _page = Repository.Text("docs/operations.md");

    [Fact]
    public void Alerts_and_the_operators_page_name_only_what_is_measured()
    {
        var measured = new[] { "Grains", "Gateway", "Hosting" }.SelectMany(room => Repository.Files(".cs", room))
            .SelectMany(file => Instrument().Matches(Repository.Text(file)))
            .Select(name => name.Value.Trim('"').Replace('.', '_')).ToHashSet();
        Assert.InRange(measured.Count, 12, 100);
        foreach (Match name in Series().Matches(_rules + _page))
        {
            Assert.Contains(Suffix().Replace(name.Value, ""), measured);
        }
    }

    [Fact]
    public void Every_instrument_stands_on_the_operators_page()
    {
        var told = Series().Matches(_page).Select(name => Suffix().Replace(name.Value, "")).ToHashSet();
        foreach (var file in new[] { "Grains", "Gateway", "Hosting" }.SelectMany(room => Repository.Files(".cs", room)))
        {
            Assert.All(Instrument().Matches(Repository.Text(file)), name => Assert.Contains(name.Value.Trim('"').Replace('.', '_'), told));
        }
    }

    [Fact]
    public void Every_alert_says_what_to_do() => Assert.Equal(
        Alert().Matches(_rules).Select(alert => alert.Groups[1].Value).Order(StringComparer.Ordinal),
        Advice().Matches(_page).Select(advice => advice.Groups[1].Value).Order(StringComparer.Ordinal));

    [GeneratedRegex(@"""rollcall\.[a-z_.]+""(?=, (""|unit|\(\)))")]
    private static partial Regex Instrument();

    [GeneratedRegex("rollcall_[a-z_]+")]
    private static partial Regex Series();

    [GeneratedRegex("(_seconds)?(_bucket|_count|_sum|_total)?$")]
    private static partial Regex Suffix();

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex Alert();

    [GeneratedRegex(@"(?m)^\*\*(Rollcall\w+)\*\* \(")]
    private static partial Regex Advice();
}
