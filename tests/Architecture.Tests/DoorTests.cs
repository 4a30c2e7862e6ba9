using System.Text.RegularExpressions;

namespace Rollcall;

/// <summary>The gateway links the silo's code, for the embedded mode; one file of it may use that.</summary>
public sealed partial class DoorTests
{
    private const string TheOne = "EmbeddedSilo.cs";

    /// <summary>Names that only the behaviour, the stores and the reader of their settings have.</summary>
    private static readonly string[] Behind =
    [
        "AddTwins", "TwinSettings", "TwinSettingsReader", "AddEmbeddedStores", "StoreHosting", "RequireEmbedded", "DataDirectory", "Migrator",
        "StoreTooNewException", "CustomerRepository", "Rollcall.Sqlite", "Rollcall.Journal", "Rollcall.Migrations", "Rollcall.Secrets",
    ];

    [Fact]
    public void Only_the_embedded_silo_reaches_behind_the_contract()
    {
        foreach (var file in Repository.Files(".cs", "Gateway").Where(file => Path.GetFileName(file) != TheOne))
        {
            Assert.All(Behind, name => Assert.False(Mentions(file, name), $"{file} mentions {name}; only {TheOne} may"));
        }
    }

    /// <summary>That uses it, too: an exception for a file that needs none would let anything in by its name.</summary>
    [Fact]
    public void There_is_one_such_file()
    {
        var file = Assert.Single(Repository.Files("/" + TheOne, "Gateway"));
        Assert.Contains(Behind, name => Mentions(file, name));
    }

    /// <summary>A name that was changed there would be looked for here for ever, and never found.</summary>
    [Fact]
    public void What_is_behind_the_contract_has_these_names()
    {
        string[] files = [.. new[] { "Grains", "Stores", "Hosting" }.SelectMany(folder => Repository.Files(".cs", folder))];
        Assert.All(Behind, name => Assert.True(files.Any(file => Mentions(file, name)), $"nothing is named {name} there any more"));
    }

    /// <summary>Or a further protocol could not use it. What knows one protocol's words is in a folder below.</summary>
    [Fact]
    public void What_a_device_can_do_is_said_without_bytes()
    {
        const string Room = "Gateway/DeviceApi";
        var files = Repository.Files(".cs", Room).Where(file => Path.GetDirectoryName(file) == Room).ToArray();
        Assert.Contains(Room + "/DeviceProtocol.cs", files);
        Assert.All(files, file => Assert.DoesNotMatch(Bytes(), Repository.Text(file)));
    }

    [Fact]
    public void No_program_uses_the_windows_code()
    {
        Assert.Contains(Repository.Files(".cs", "Portal"), file => Mentions(file, "Rollcall.Portal"));
        foreach (var folder in new[] { "Gateway", "Silo", "Stores", "Grains", "Grains.Abstractions", "DeviceAgent" })
        {
            Assert.All(Repository.Files(".cs", folder), file => Assert.DoesNotMatch(@"\bRollcall\.Portal\b", Repository.Text(file)));
        }
    }

    [Fact]
    public void No_sql_is_seen_in_the_door_and_the_behaviour()
    {
        foreach (var file in new[] { "Gateway", "Grains", "Grains.Abstractions" }.SelectMany(folder => Repository.Files(".cs", folder)))
        {
            Assert.DoesNotMatch(@"""\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM) \w", Repository.Text(file));
        }
    }

    /// <summary>Names of JSON, sockets and HTTP.</summary>
    [GeneratedRegex(@"\b(byte|Utf8\w+|Json\w*|Problem\w*|WebSocket|HttpContext|IResult|StatusCodes|System\.Net|Rollcall\.Http|DeviceApi\.Rest)\b")]
    private static partial Regex Bytes();

    private static bool Mentions(string file, string name) => Regex.IsMatch(Repository.Text(file), $@"\b{Regex.Escape(name)}\b");
}
