using FluentMigrator;

namespace Rollcall.Migrations;

/// <summary>
/// A step whose SQL is in files of <c>Steps/</c>, embedded in this assembly: NAME.sqlite.up.sql, NAME.sqlite.down.sql, and the same for
/// postgres. The files say what a step does, and what is lost when it is undone.
/// </summary>
/// <remarks>A missing file is an error when the step runs. A released one is never changed: the next step repairs it.</remarks>
public abstract class SqlStep(string name) : Migration
{
    /// <inheritdoc />
    public override void Up() => Run("up");

    /// <inheritdoc />
    public override void Down() => Run("down");

    /// <summary>Runs one file a store, as one command.</summary>
    private void Run(string way)
    {
        Run(Database.Sqlite, "sqlite." + way);
        Run(Database.Postgres, "postgres." + way);
    }

    /// <summary>Runs NAME.<paramref name="script"/>.sql, if the store is of this kind.</summary>
    private protected void Run(string database, string script) => IfDatabase(database).Execute.EmbeddedScript($"{name}.{script}.sql");
}
