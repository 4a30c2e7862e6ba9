namespace Rollcall;

/// <summary>A data directory of one test.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("rollcall-").FullName;

    public string Database => System.IO.Path.Combine(Path, "rollcall.db");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
