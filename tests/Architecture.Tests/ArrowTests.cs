using System.Text.RegularExpressions;

namespace Rollcall;

/// <summary>DeviceAgent ~JSON~> Gateway -> Grains.Abstractions &lt;- Grains &lt;- Hosting &lt;- Stores &lt;- Silo.</summary>
public sealed partial class ArrowTests
{
    private static readonly string[] OfStores = ["Npgsql", "Sqlite", "SQLite", "SqlClient", "AdoNet", "Dapper", "FluentMigrator"];
    private static readonly string[] NotOfTheBehaviour = ["AspNetCore", "Redis", .. OfStores];

    [Fact]
    public void The_contract_needs_only_the_sdk()
    {
        var project = Repository.Project("Grains.Abstractions");
        Assert.Equal(["Microsoft.Orleans.Sdk"], project.Packages);
        Assert.Empty(project.Projects());
    }

    [Fact]
    public void The_behaviour_needs_the_contract_and_knows_no_web_and_no_store()
    {
        var project = Repository.Project("Grains");
        Assert.Equal(["Grains.Abstractions"], project.Projects());
        Assert.Empty(project.Frameworks);
        Assert.Equal("Microsoft.NET.Sdk", project.Sdk);
        Assert.DoesNotContain(project.Packages, package => NotOfTheBehaviour.Any(word => package.Contains(word, StringComparison.Ordinal)));
    }

    /// <summary>They are told: what is set is read in one room, beside the table of who reads it.</summary>
    [Fact]
    public void The_contract_and_the_behaviour_read_no_settings()
    {
        Assert.Contains(Repository.Files(".cs", "Hosting/Settings"), ReadsSettings);
        Assert.DoesNotContain(new[] { "Grains.Abstractions", "Grains" }.SelectMany(folder => Repository.Files(".cs", folder)), ReadsSettings);
    }

    [Fact]
    public void The_stores_need_the_behaviour_and_what_programs_run_by() =>
        Assert.Equal(["Grains", "Hosting"], Repository.Project("Stores").Projects());

    [Fact]
    public void The_host_needs_the_stores() => Assert.Equal(["Hosting", "Stores"], Repository.Project("Silo").Projects());

    [Fact]
    public void What_programs_run_by_needs_the_behaviour_whose_settings_it_reads_and_no_store()
    {
        var project = Repository.Project("Hosting");
        Assert.Equal(["Grains"], project.Projects());
        Assert.DoesNotContain(project.Packages, package => OfStores.Any(word => package.Contains(word, StringComparison.Ordinal)));
        Assert.Contains(Repository.Project("Stores").Packages, package => OfStores.Any(word => package.Contains(word, StringComparison.Ordinal)));
    }

    [Fact]
    public void How_Redis_is_connected_to_is_said_once() => Assert.Equal(
        ["Hosting/Settings/RedisOptions.cs"],
        MannerTests.Rooms.SelectMany(room => Repository.Files(".cs", room)).Where(file => ConnectsToRedis().IsMatch(Repository.Text(file))));

    [Fact]
    public void The_door_needs_the_contract_serves_the_window_and_co_hosts_a_silo()
    {
        var project = Repository.Project("Gateway");
        Assert.Equal(["Grains.Abstractions", "Hosting", "Stores"], project.Projects().Except(["Portal"]));
        Assert.Empty(project.Projects(built: true).Except(["DeviceAgent"]));
    }

    [Fact]
    public void The_device_shares_nothing_with_us()
    {
        var project = Repository.Project("DeviceAgent");
        Assert.Empty(project.Projects());
        Assert.Empty(project.Projects(built: true));
        Assert.DoesNotContain(project.Packages, package => package.Contains("Orleans", StringComparison.Ordinal));
    }

    [Fact]
    public void The_window_is_a_plain_client()
    {
        var project = Repository.Project("Portal");
        Assert.Equal("Microsoft.NET.Sdk.BlazorWebAssembly", project.Sdk);
        Assert.Empty(project.Projects());
        Assert.Empty(project.Projects(built: true));
        Assert.DoesNotContain(project.Packages, package => package.Contains("Orleans", StringComparison.Ordinal));
        Assert.NotEmpty(Repository.Files(".razor", "Portal"));
    }

    private static bool ReadsSettings(string file) => Reads().IsMatch(Repository.Text(file));

    [GeneratedRegex(@"\b(IConfiguration|SettingException|GetEnvironmentVariables?)\b")]
    private static partial Regex Reads();

    /// <summary>A type of options that is made, or a text of them that is parsed.</summary>
    [GeneratedRegex(@"\bConfigurationOptions (\w+\(|\w+ = new)|new ConfigurationOptions\b|ConfigurationOptions\.Parse|ConnectAsync\(""")]
    private static partial Regex ConnectsToRedis();
}
