using System.Buffers;
using System.Buffers.Binary;
using Microsoft.AspNetCore.Connections;

namespace Rollcall.Connections;

/// <summary>
/// Silos and gateways begin with their names: four bytes of length, then that many. Whoever has not said so much is a stranger,
/// and loses its place when the book's timeout passes; Orleans itself would wait for ever.
/// </summary>
public static class Preamble
{
    private const int Prefix = sizeof(int);
    private const int Longest = 64 * 1024;

    /// <summary>Passes a connection to Orleans once its first bytes are there. None of them is consumed.</summary>
    public static void Await(IConnectionBuilder connections) => connections.Use(next => async connection =>
    {
        try
        {
            if (connection.Features.Get<Place>() is { } place && await HasComeAsync(connection))
            {
                place.Know();
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // It lost its place, or went: Orleans meets the same, and clears it away.
        }

        await next(connection);
    });

    /// <returns>False: it ended, or its first bytes are no preamble; Orleans refuses that itself.</returns>
    private static async ValueTask<bool> HasComeAsync(ConnectionContext connection)
    {
        var input = connection.Transport.Input;
        while (true)
        {
            var result = await input.ReadAsync();
            var length = Length(result.Buffer);
            var isWhole = length is > 0 and <= Longest && result.Buffer.Length >= Prefix + length;
            if (isWhole || length is <= 0 or > Longest || result.IsCompleted || result.IsCanceled)
            {
                input.AdvanceTo(result.Buffer.Start);
                return isWhole;
            }

            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <returns>Null: not even that has come.</returns>
    private static int? Length(in ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length < Prefix)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[Prefix];
        buffer.Slice(0, Prefix).CopyTo(bytes);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }
}
