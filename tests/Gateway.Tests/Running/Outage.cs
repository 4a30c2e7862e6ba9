using Microsoft.Data.Sqlite;

namespace Rollcall.Running;

/// <summary>The store cannot be written to until this is disposed: another process holds the file's write lock.</summary>
public sealed class Outage : IDisposable
{
    private readonly SqliteConnection _connection;

    public Outage(TestGateway gateway)
    {
        _connection =
            new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = gateway.Folder["rollcall.db"], Pooling = false }.ConnectionString);
        _connection.Open();
        Execute("BEGIN EXCLUSIVE");
    }

    public void Dispose()
    {
        Execute("ROLLBACK");
        _connection.Dispose();
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
