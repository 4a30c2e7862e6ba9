namespace Rollcall.Sqlite;

public sealed class DataDirectoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Data => Path.Combine(_folder.Path, "new", "data");

    [Fact]
    public void Is_readable_by_its_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        using var directory = DataDirectory.Open(Data);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Data));
        }

        Assert.Equal(Path.Combine(Data, "rollcall.db"), directory.Database);
    }

    [Fact]
    public void A_second_holder_is_refused_in_a_sentence_and_welcome_once_the_first_is_gone()
    {
        using (DataDirectory.Open(Data))
        {
            var refused = Assert.Throws<SettingException>(() => DataDirectory.Open(Data));
            Assert.Matches("^DATA_DIR names .+, which another Rollcall process is using: .+\\.$", refused.Message);
        }

        DataDirectory.Open(Data).Dispose();
    }

    [Fact]
    public void A_path_that_is_no_folder_is_refused_in_a_sentence()
    {
        var file = Path.Combine(_folder.Path, "file");
        File.WriteAllText(file, "");
        Assert.StartsWith("DATA_DIR names ", Assert.Throws<SettingException>(() => DataDirectory.Open(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_wins_and_is_made_absolute() => Assert.Equal(Path.GetFullPath("here"), DataDirectory.Resolve("here"));
}
