using Rollcall.Facts;

namespace Rollcall.Schema;

/// <summary>A table for one kind of facts: a row for each, and the customer first. It is described here once, and all stores write it.</summary>
internal sealed record FactTable
{
    private FactTable(string name, Func<Fact, bool> takes, Column<Fact>[] columns) => (Name, Takes, Columns) = (name, takes, columns);

    public string Name { get; }

    /// <summary>This kind of fact is kept here.</summary>
    public Func<Fact, bool> Takes { get; }

    public IReadOnlyList<Column<Fact>> Columns { get; }

    public static FactTable Of<TFact>(string name, params Column<TFact>[] columns) where TFact : Fact => new(
        name, fact => fact is TFact,
        [Column<Fact>.Text("customer_id", fact => fact.CustomerId), .. columns.Select(column => column.From<Fact>(fact => (TFact)fact))]);
}
