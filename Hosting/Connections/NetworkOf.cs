using System.Buffers.Binary;
using System.Net;

namespace Rollcall.Connections;

/// <summary>Who counts as one: an IPv4 address, or a /64 of IPv6, of which a provider's customer has a whole one.</summary>
internal static class NetworkOf
{
    private const ulong Ipv4 = 0xFFFF_0000_0000;

    /// <returns>A number for the network. No /64 that is routed has that of an IPv4 address.</returns>
    public static ulong Address(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address is null || !address.TryWriteBytes(bytes, out var length))
        {
            return 0;
        }

        return length == 4 ? Ipv4 | BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : address.IsIPv4MappedToIPv6 ? Ipv4 | BinaryPrimitives.ReadUInt32BigEndian(bytes[12..])
            : BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }
}
