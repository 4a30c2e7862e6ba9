using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Reflection;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Rollcall.Cluster;

/// <summary>
/// Aborts a connection when another silo answers than the one that was called. A silo that was killed and started again has the old
/// one's address, and until the old one is declared dead the others connect to that address. Orleans would use such a connection for the
/// new silo, and close it ten seconds after the old one is declared dead: answers in flight would be lost, and callers would wait for
/// <c>SystemResponseTimeout</c>.
/// </summary>
internal static class CalledSilo
{
    private const int Prefix = sizeof(int);

    /// <summary>The generation of an address from the settings: any silo there is meant.</summary>
    private const int AnyGeneration = 0;

    // Orleans has no public way to the two ends of a connection. CalledSiloTests fail when one of these names is gone.
    private static readonly Type Connection = Known("Orleans.Runtime.Messaging.Connection, Orleans.Core");
    private static readonly PropertyInfo Called = Property(Known("Orleans.Runtime.Messaging.SiloConnection, Orleans.Runtime"), "RemoteSiloAddress");
    private static readonly Type Preamble = Known("Orleans.Runtime.Messaging.ConnectionPreamble, Orleans.Core");
    private static readonly PropertyInfo Name = Property(Preamble, "SiloAddress");
    private static readonly Type Serializer = typeof(Serializer<>).MakeGenericType(Preamble);
    private static readonly MethodInfo Read =
        Serializer.GetMethod("Deserialize", [typeof(ReadOnlySequence<byte>)]) ?? throw Gone(Serializer, "Deserialize");

    /// <summary>Reads the preamble of the silo that answers, and nothing after it.</summary>
    public static void Check(IConnectionBuilder connections)
    {
        var serializer = connections.ApplicationServices.GetRequiredService(Serializer);
        connections.Use(next => connection =>
        {
            if (connection.Features[Connection] is { } called && Called.GetValue(called) is SiloAddress { Generation: not AnyGeneration } silo)
            {
                connection.Transport =
                    new Transport(
                        connection.Transport, connection, silo, preamble => (SiloAddress?)Name.GetValue(Read.Invoke(serializer, [preamble])));
            }

            return next(connection);
        });
    }

    private static Type Known(string name) => Type.GetType(name) ?? throw new InvalidOperationException($"Orleans has no {name} any more.");

    private static PropertyInfo Property(Type type, string name) => type.GetProperty(name) ?? throw Gone(type, name);

    private static InvalidOperationException Gone(Type type, string name) => new($"Orleans' {type.Name} has no {name} any more.");

    private sealed class Transport(IDuplexPipe inner, ConnectionContext connection, SiloAddress called,
        Func<ReadOnlySequence<byte>, SiloAddress?> name)
        : PipeReader, IDuplexPipe
    {
        public PipeReader Input => this;

        public PipeWriter Output => inner.Output;

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            var result = await inner.Input.ReadAsync(cancellationToken);
            if (ReadPreamble(result.Buffer) is { } preamble)
            {
                if (name(preamble) is { } met && !met.Equals(called))
                {
                    throw new ConnectionAbortedException($"{called} was called, and {met} answers: the former is gone.");
                }

                connection.Transport = inner; // Checked once: later reads go to the inner pipe.
            }

            return result;
        }

        public override bool TryRead(out ReadResult result)
        {
            result = default;
            return false; // The caller has to wait for the preamble.
        }

        public override void AdvanceTo(SequencePosition consumed) => inner.Input.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.Input.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => inner.Input.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Input.Complete(exception);

        private static ReadOnlySequence<byte>? ReadPreamble(in ReadOnlySequence<byte> buffer)
        {
            if (buffer.Length < Prefix)
            {
                return null;
            }

            Span<byte> bytes = stackalloc byte[Prefix];
            buffer.Slice(0, Prefix).CopyTo(bytes);
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
            return length > 0 && buffer.Length >= Prefix + (long)length ? buffer.Slice(Prefix, length) : null;
        }
    }
}
