using Rollcall.Facts;

namespace Rollcall.Schema;

/// <summary>The tables of facts that have no device. One that is added here is written by all stores in the transaction of a grain's state.</summary>
internal sealed class FactTables(params FactTable[] all)
{
    /// <summary>Those of the product: none yet, so a fact is refused.</summary>
    public static readonly FactTables Standard = new();

    /// <summary>The facts by their tables, in the order of the tables, and in each in the order in which they happened.</summary>
    /// <exception cref="InvalidOperationException">There is no table for one of them: it would be lost.</exception>
    public IReadOnlyList<(FactTable Table, IReadOnlyList<Fact> Facts)> ByTable(IReadOnlyList<Fact> facts)
    {
        foreach (var fact in facts)
        {
            if (!Array.Exists(all, table => table.Takes(fact)))
            {
                throw new InvalidOperationException($"No table keeps a {fact.GetType().Name}.");
            }
        }

        return
        [
            .. all.Select(table => (table, (IReadOnlyList<Fact>)[.. facts.Where(table.Takes)])).Where(one => one.Item2.Count > 0),
        ];
    }
}
