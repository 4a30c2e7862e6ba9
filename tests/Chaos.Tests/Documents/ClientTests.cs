namespace Rollcall.Documents;

/// <summary>The devices of docs/clients/, as their reader runs them.</summary>
public sealed class ClientTests(ClientFleet fleet) : IClassFixture<ClientFleet>
{
    private const int Longest = 60;

    public static TheoryData<string> Names => [.. Client.All.Select(client => client.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_does_a_command_and_comes_back_from_a_kill_and_from_a_stop_to_do_another(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        Assert.SkipWhen(fleet.Missing.TryGetValue(name, out var why), why ?? "");
        Assert.False(fleet.Failed.TryGetValue(name, out var failure), $"{name}: {failure}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_short_enough_to_be_read(string name) =>
        Assert.InRange(File.ReadLines(Path.Combine(Example.Documents, "clients", name)).Count(), 1, Longest);

    [Fact]
    public void The_one_in_Pythons_standard_library_says_goodbye_when_it_is_ended()
    {
        Assert.SkipWhen(fleet.Goodbye is null, "This needs Python 3.");
        Assert.Equal(("offline", "goodbye"), (fleet.Goodbye.Status, fleet.Goodbye.Reason));
    }

    [Fact]
    public void The_page_names_each_of_them_and_no_other_file_lies_there()
    {
        var page = File.ReadAllText(Path.Combine(Example.Documents, "clients.md"));
        Assert.All(Client.All, client => Assert.Contains($"](clients/{client.Name})", page, StringComparison.Ordinal));
        string[] others = ["matrix.sh"];
        var there = Directory.EnumerateFiles(Path.Combine(Example.Documents, "clients")).Select(Path.GetFileName);
        Assert.Empty(there.Except(Client.All.Select(client => client.Name)).Except(others));
    }
}
