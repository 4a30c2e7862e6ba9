using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Rollcall.Fleet;

/// <summary>
/// The random parts of a new device, derived from 256 random bits that the caller chooses. A retry with the same bits, as after a lost
/// answer, gives the same device with the same secret.
/// </summary>
internal sealed class Seed(byte[]? bits)
{
    private readonly byte[] _bits = bits ?? RandomNumberGenerator.GetBytes(32);

    /// <summary>As <see cref="Secrets.SecretScheme.Generate"/>.</summary>
    public string Secret => Base64Url.EncodeToString(Of("secret"u8));

    /// <summary>As <see cref="Secrets.SecretScheme.GenerateCode"/>.</summary>
    public string Code => Text("code"u8, "ABCDEFGHJKMNPQRSTVWXYZ0123456789", 24);

    public string DeviceId => "device-" + Text("id"u8, "abcdefghijkmnpqrstuvwxyz23456789", 12);

    /// <summary>Below 2^60: all writes of a device's life fit above.</summary>
    public long Revision => BinaryPrimitives.ReadInt64LittleEndian(Of("revision"u8)) & ((1L << 60) - 1);

    /// <summary>Five bits of each byte: all 32 characters are equally likely.</summary>
    private string Text(ReadOnlySpan<byte> purpose, string alphabet, int length) =>
        string.Create(length, (Bits: Of(purpose), Alphabet: alphabet), static (text, from) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = from.Alphabet[from.Bits[i] & 31];
            }
        });

    private byte[] Of(ReadOnlySpan<byte> purpose) => HMACSHA256.HashData(_bits, purpose);
}
