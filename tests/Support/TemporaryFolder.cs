namespace Rollcall.Support;

/// <summary>A folder that goes with the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("rollcall-").FullName;

    /// <summary>Where a gateway whose DATA_DIR this is keeps the roll.</summary>
    public string Database => this["rollcall.db"];

    /// <summary>The path of something in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
