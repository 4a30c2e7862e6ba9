namespace Rollcall.Micro;

/// <summary>What is measured must do what its name says: a body that is refused, or a token that is, has a figure, too.</summary>
internal static class Require
{
    /// <exception cref="InvalidOperationException">It is not so.</exception>
    public static void That(bool so, string what)
    {
        if (!so)
        {
            throw new InvalidOperationException($"Nothing is measured: {what}.");
        }
    }
}
