using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Rollcall.Secrets;

/// <summary>
/// Counts how often something happened lately, in memory of a fixed size. It holds keyed hashes and no names. When all slots for a hash are
/// taken, the oldest is overwritten; the worst effect is one slow check too many, never a refusal.
/// </summary>
/// <param name="places">How many hashes it remembers.</param>
/// <param name="lasts">How long a count is kept, from its first time.</param>
internal sealed class RecentHashes(int places, TimeSpan lasts)
{
    private const int Ways = 8;
    private static readonly byte[] ProcessKey = RandomNumberGenerator.GetBytes(32);
    private readonly Place[] _places = new Place[places / Ways * Ways];
    private readonly Lock _gate = new();

    /// <summary>A keyed hash of these texts, which nobody outside this process can compute.</summary>
    public static ulong Of(params ReadOnlySpan<string> texts)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, ProcessKey);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var text in texts)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return BinaryPrimitives.ReadUInt64LittleEndian(hash.GetHashAndReset());
    }

    /// <summary>How often, and since when; zero: not lately.</summary>
    public (int Times, TimeSpan Since) Look(ulong hash, TimeSpan now)
    {
        lock (_gate)
        {
            ref var place = ref Find(hash, now, out var found);
            return found ? (place.Times, place.Since) : (0, now);
        }
    }

    public void Add(ulong hash, TimeSpan now)
    {
        lock (_gate)
        {
            ref var place = ref Find(hash, now, out var found);
            place = found ? place with { Times = place.Times + 1 } : new Place(hash, now, 1);
        }
    }

    public void Forget(ulong hash, TimeSpan now)
    {
        lock (_gate)
        {
            ref var place = ref Find(hash, now, out var found);
            if (found)
            {
                place = default;
            }
        }
    }

    /// <summary>The slot of the hash, or the slot that it may take.</summary>
    private ref Place Find(ulong hash, TimeSpan now, out bool found)
    {
        var first = (int)(hash % (ulong)(_places.Length / Ways)) * Ways;
        var oldest = first;
        for (var at = first; at < first + Ways; at++)
        {
            ref var place = ref _places[at];
            if (place.Times > 0 && now - place.Since >= lasts)
            {
                place = default;
            }

            if (place.Times > 0 && place.Hash == hash)
            {
                found = true;
                return ref place;
            }

            if (_places[oldest].Times > 0 && (place.Times == 0 || place.Since < _places[oldest].Since))
            {
                oldest = at;
            }
        }

        found = false;
        return ref _places[oldest];
    }

    private readonly record struct Place(ulong Hash, TimeSpan Since, int Times);
}
