namespace Rollcall.Migrations;

/// <summary>The names by which a step says which store it is for. A misspelt one would mark the step applied without running it.</summary>
internal static class Database
{
    public const string Sqlite = "SQLite";

    public const string Postgres = "PostgreSQL";
}
