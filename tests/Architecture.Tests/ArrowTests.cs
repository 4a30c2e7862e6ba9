namespace Rollcall;

/// <summary>DeviceAgent ~JSON~> Gateway -> Grains.Abstractions &lt;- Grains &lt;- Stores &lt;- Silo.</summary>
public sealed class ArrowTests
{
    private static readonly string[] NotOfTheBehaviour =
        ["AspNetCore", "Npgsql", "Sqlite", "SQLite", "SqlClient", "Redis", "AdoNet", "Dapper", "FluentMigrator"];

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

    [Fact]
    public void The_stores_need_the_behaviour() => Assert.Equal(["Grains"], Repository.Project("Stores").Projects());

    [Fact]
    public void The_host_needs_the_stores() => Assert.Equal(["Hosting", "Stores"], Repository.Project("Silo").Projects());

    [Fact]
    public void What_programs_run_by_needs_the_contract_alone() =>
        Assert.Equal(["Grains.Abstractions"], Repository.Project("Hosting").Projects());

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
}
