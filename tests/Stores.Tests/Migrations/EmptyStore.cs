namespace Rollcall.Migrations;

/// <summary>A store that has only the tables which its steps have made.</summary>
internal abstract class EmptyStore : IAsyncDisposable
{
    public void Up() => With(migrator => migrator.Up());

    public void Down(long to) => With(migrator => migrator.Down(to));

    public IReadOnlyList<(long Version, string Description, bool Applied)> Steps()
    {
        using var migrator = Migrator();
        return migrator.Status();
    }

    /// <summary>All that the steps have made, a line each.</summary>
    public abstract Task<string[]> Schema();

    public abstract Task Say(string sql);

    /// <summary>The store with its tables as they are.</summary>
    public abstract TestStore Open();

    public abstract ValueTask DisposeAsync();

    protected abstract Migrator Migrator();

    private void With(Action<Migrator> work)
    {
        using var migrator = Migrator();
        work(migrator);
    }
}
