namespace Rollcall.Schema;

/// <summary>A row of an answer, read from its first column to its last: each call takes the next one.</summary>
internal abstract class RowReader
{
    public abstract string Text();

    public abstract string? TextOrNone();

    /// <summary>Of <see cref="Column{T}.Json"/>: as it would be written by us, whatever form the store keeps it in.</summary>
    public abstract string? JsonOrNone();

    public abstract long Number();

    public abstract long? NumberOrNone();

    public abstract bool Flag();

    public abstract bool? FlagOrNone();

    public abstract DateTimeOffset Time();

    public abstract DateTimeOffset? TimeOrNone();

    public T Name<T>() where T : struct, Enum => WireNames.Parse<T>(Text());

    public T? NameOrNone<T>() where T : struct, Enum => TextOrNone() is { } name ? WireNames.Parse<T>(name) : null;
}
